"""ServiceNow as its table API answers about incidents; never a real one."""

from __future__ import annotations

import re
from typing import Any

from tests.routing.hosts.host import Answer, Asked, Host


class FakeServiceNow(Host):
    def __init__(self, authorization: str = "") -> None:
        super().__init__()
        self.authorization = authorization
        self.records: list[dict[str, Any]] = []

    def answer(self, asked: Asked) -> Answer:
        if self.authorization and asked.headers.get("authorization") != self.authorization:
            error = {"message": "User Not Authenticated", "detail": "Required to provide Auth information"}
            return Answer(401, {"error": error, "status": "failure"})
        found = re.fullmatch(r"/api/now/table/incident(?:/(\w+))?", asked.path)
        if found is None:
            return Answer(400, {"error": {"message": "Invalid table", "detail": None}, "status": "failure"})
        id = found.group(1)
        if id is None:
            return self._list(asked) if asked.method == "GET" else self._create(asked.data)
        record = next((one for one in self.records if one["sys_id"] == id), None)
        if record is None:
            return Answer(404, {"error": {"message": "No Record found", "detail": ""}, "status": "failure"})
        if asked.data.get("state") in ("6", "7") and not asked.data.get("close_code"):
            error = {"message": "Operation Failed", "detail": "Data Policy Exception: close_code is mandatory"}
            return Answer(403, {"error": error, "status": "failure"})
        note = asked.data.get("work_notes")
        if note:
            record["notes"].append(note)
        record.update({name: value for name, value in asked.data.items() if name != "work_notes"})
        return Answer(200, {"result": self._shown(record)})

    def _list(self, asked: Asked) -> Answer:
        query = asked.query.get("sysparm_query", "")
        begin = re.fullmatch(r"correlation_idSTARTSWITH(gatepost:[0-9a-f]{12}:)\^ORDERBYsys_created_on", query)
        if begin is None:
            return Answer(200, {"result": [self._shown(one) for one in self.records]})
        every = [one for one in self.records if one["correlation_id"].startswith(begin.group(1))]
        at, size = int(asked.query["sysparm_offset"]), int(asked.query["sysparm_limit"])
        shown = [self._shown(one) for one in every[at : at + size]]
        return Answer(200, {"result": shown}, {"X-Total-Count": str(len(every))})

    def _create(self, data: dict[str, Any]) -> Answer:
        # Longer texts are cut without a word.
        number = len(self.records) + 1
        record = {"state": "1", "correlation_id": "", "correlation_display": "", **data}
        record.update(sys_id=f"{number:032x}", number=f"INC{number:07}", notes=[])
        record["short_description"] = str(record.get("short_description", ""))[:160]
        record["correlation_display"] = record["correlation_display"][:100]
        self.records.append(record)
        return Answer(201, {"result": self._shown(record)})

    def _shown(self, record: dict[str, Any]) -> dict[str, Any]:
        return {name: value for name, value in record.items() if name != "notes"}
