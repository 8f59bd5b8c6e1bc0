"""What `gatepost fix --write` does to files, and what it leaves alone."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

DATABASE = 'resource "aws_db_instance" "d" {\n  storage_encrypted = false\n}\n'


def fix(folder: Path) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "gatepost", "fix", "--unsafe", "--write", "--rule", "aws/rds/storage-encrypted"]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=60)


def test_a_read_only_file_is_told_and_nothing_is_written(tmp_path: Path) -> None:
    for name in ("a", "b"):
        (tmp_path / f"{name}.tf").write_text(DATABASE.replace('"d"', f'"{name}"'))
    (tmp_path / "b.tf").chmod(0o444)
    done = fix(tmp_path)
    assert done.returncode == 2
    assert "'b.tf' is read-only, so nothing was written" in done.stderr
    assert "false" in (tmp_path / "a.tf").read_text()


def test_a_link_stays_a_link_and_the_file_it_leads_to_is_written(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    (tmp_path / "live").mkdir()
    (tmp_path / "parts/db.txt").write_text(DATABASE)
    (tmp_path / "live/main.tf").write_text("")
    (tmp_path / "live/db.tf").symlink_to("../parts/db.txt")
    assert fix(tmp_path).returncode == 0
    assert (tmp_path / "live/db.tf").is_symlink()
    assert "storage_encrypted = true" in (tmp_path / "parts/db.txt").read_text()


def test_a_byte_order_mark_and_the_mode_are_kept(tmp_path: Path) -> None:
    path = tmp_path / "main.tf"
    path.write_text("\ufeff" + DATABASE)
    path.chmod(0o640)
    assert fix(tmp_path).returncode == 0
    assert path.read_text().startswith("\ufeffresource")
    assert path.stat().st_mode & 0o777 == 0o640
