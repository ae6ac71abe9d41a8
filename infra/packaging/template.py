"""The template: what `chalice package` makes, with our resources merged in."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import yaml

from infra.packaging.errors import PackagingError

MERGED = Path("infra/resources.yaml")

Template = dict[str, Any]


def packaged(project: Path, stage: str) -> str:
    """Run Chalice in a project folder and return the template's text. Raises `PackagingError`."""
    (project / "requirements.txt").touch()
    command = [str(Path(sys.executable).with_name("chalice")), "package", "--stage", stage]
    command += ["--template-format", "yaml", "--merge-template", str(MERGED), "out"]
    # Chalice imports the app, and wants a region though the template has none in it.
    environment = {**os.environ, "AWS_DEFAULT_REGION": "us-east-1"}
    done = subprocess.run(
        command, cwd=project, env=environment, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise PackagingError(f"chalice package:\n{done.stdout}{done.stderr}")
    return dump(_complete(load((project / "out" / "sam.yaml").read_text(encoding="utf-8"))))


def _complete(template: Template) -> Template:
    """Raises `PackagingError` when our resources speak of a function that the app doesn't have."""
    unknown = [name for name, one in template["Resources"].items() if "Type" not in one]
    if unknown:
        raise PackagingError(f"{MERGED} adds to {', '.join(unknown)}, which app.py doesn't define")
    return template


def load(text: str) -> Template:
    template: Template = yaml.safe_load(text)
    return template


def dump(template: Template) -> str:
    """Return YAML without aliases, which CloudFormation does not read."""
    nothing_shared = json.loads(json.dumps(template))
    text: str = yaml.safe_dump(nothing_shared, allow_unicode=True, width=120)
    return text


def functions(template: Template) -> dict[str, Template]:
    """Return the functions by their logical names."""
    return {
        name: resource
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::Serverless::Function"
    }
