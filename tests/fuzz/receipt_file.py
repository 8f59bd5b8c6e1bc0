"""Receipts of any bytes are compared or refused, and reports name images or none; nothing else is raised."""

from __future__ import annotations

import os
import tempfile

from gatepost.model.problems import UsageError
from gatepost.pipeline.receipts import compare, read_receipt, told_result
from gatepost.reports.receipt import PREDICATE_TYPE, STATEMENT_TYPE
from gatepost.scans.scanned_images import images_in

HEAD = f'{{"_type": "{STATEMENT_TYPE}", "predicateType": "{PREDICATE_TYPE}", '.encode()


def fuzz(data: bytes) -> None:
    images_in(data)
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, "receipt.json")
        for content in (data, HEAD + data):
            with open(path, "wb") as file:
                file.write(content)
            try:
                statement = read_receipt(path)
            except UsageError:
                continue
            assert all(one.how in ("same", "differs", "gone") for one in compare(statement, folder))
            told_result(statement)
