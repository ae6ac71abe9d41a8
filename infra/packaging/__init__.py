"""Builds what is deployed: one zip for every function, and the template beside it."""

from infra.packaging.build import Package, build
from infra.packaging.errors import PackagingError

__all__ = ["Package", "PackagingError", "build"]
