"""AWS clients: low-level, one per service, from the trimmed data that is packaged with us."""

from functools import cache
from pathlib import Path
from typing import Any

PACKAGED_DATA = Path(__file__).parents[2] / "botocore_data"
"""Descriptions of only the services and operations we use; made at packaging time."""

SIGNATURES = {"s3": "s3v4"}
"""botocore signs a link to an object in the way that buckets made since 2020 refuse."""

USER_AGENT = "frontline"
"""Said as it is: what botocore would put together about itself costs a quarter of each call."""


@cache
def client(service: str) -> Any:
    """Return the client of an AWS service, made once per container."""
    from botocore.config import Config

    return _session().create_client(
        service,
        config=Config(
            connect_timeout=2,
            read_timeout=10,
            retries={"mode": "standard", "total_max_attempts": 4},
            signature_version=SIGNATURES.get(service),
            user_agent=USER_AGENT,
            # The service checks them anyway; checking twice costs a sixth of each call.
            parameter_validation=False,
        ),
    )


@cache
def _session() -> Any:
    from botocore.loaders import Loader
    from botocore.session import get_session

    session = get_session()
    if PACKAGED_DATA.is_dir():
        loader = Loader(extra_search_paths=[str(PACKAGED_DATA)], include_default_search_paths=False)
        session.register_component("data_loader", loader)
    return session
