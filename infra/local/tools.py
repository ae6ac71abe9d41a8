"""The emulator's own virtual environment, made when first needed."""

import subprocess
import sys
from hashlib import sha256
from pathlib import Path

from infra.lock import only_one

REQUIREMENTS = Path(__file__).with_name("requirements.txt")


def emulator_python(folder: Path) -> Path:
    """Return the Python that has the emulator, installed again only when its version changed."""
    python = folder / "bin" / "python"
    stamp = folder / "requirements.sha256"
    wanted = sha256(REQUIREMENTS.read_bytes() + sys.version.encode()).hexdigest()
    with only_one(folder.with_suffix(".lock")):
        if not stamp.is_file() or stamp.read_text() != wanted:
            _install(python, folder)
            stamp.write_text(wanted)
    return python


def _install(python: Path, folder: Path) -> None:
    subprocess.run([sys.executable, "-m", "venv", "--clear", folder], check=True)
    install = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
    subprocess.run([*install, "-r", str(REQUIREMENTS)], check=True)


if __name__ == "__main__":
    emulator_python(Path(sys.argv[1]))
