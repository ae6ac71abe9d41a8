"""The trimmed descriptions of AWS: enough for our calls, in every region."""

import json
from pathlib import Path
from typing import Any

import botocore.session
import pytest
from botocore.exceptions import UnknownServiceError
from botocore.loaders import Loader

from infra.packaging import awsdata

CHALICELIB = Path(__file__).parents[2] / "chalicelib"


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("aws") / "data"
    awsdata.write(folder)
    return folder


@pytest.fixture(scope="module")
def trimmed(data: Path) -> Any:
    session = botocore.session.Session()
    loader = Loader(extra_search_paths=[str(data)], include_default_search_paths=False)
    session.register_component("data_loader", loader)
    return session


@pytest.fixture(scope="module")
def whole() -> Any:
    return botocore.session.Session()


@pytest.mark.parametrize("service", sorted(awsdata.operations()))
@pytest.mark.parametrize("region", ["ap-southeast-1", "us-east-1", "eu-central-1", "cn-north-1"])
def test_a_client_reaches_the_same_endpoint_as_with_the_whole_data(
    trimmed: Any, whole: Any, service: str, region: str
) -> None:
    assert _endpoint(trimmed, service, region) == _endpoint(whole, service, region)


@pytest.mark.parametrize(("service", "names"), sorted(awsdata.operations().items()))
def test_the_operations_kept_take_and_answer_what_they_did(
    trimmed: Any, whole: Any, service: str, names: list[str]
) -> None:
    kept, known = (session.get_service_model(service) for session in (trimmed, whole))
    assert sorted(kept.operation_names) == names
    for name in names:
        assert _members(kept, name) == _members(known, name)


def test_other_services_are_not_there(trimmed: Any) -> None:
    with pytest.raises(UnknownServiceError):
        _client(trimmed, "ec2", "us-east-1")


def test_the_data_is_small(data: Path) -> None:
    assert sum(file.stat().st_size for file in data.rglob("*") if file.is_file()) < 400_000


def test_every_client_that_the_functions_make_is_kept() -> None:
    kept = set(json.loads(awsdata.SERVICES.read_text()))
    code = "".join(path.read_text() for path in CHALICELIB.rglob("*.py"))
    asked = {
        service
        for service in botocore.session.get_session().get_available_services()
        if f'client("{service}")' in code
    }
    assert asked <= kept
    assert "dynamodb" in asked


def _client(session: Any, service: str, region: str) -> Any:
    return session.create_client(
        service, region_name=region, aws_access_key_id="none", aws_secret_access_key="none"
    )


def _endpoint(session: Any, service: str, region: str) -> str:
    return str(_client(session, service, region).meta.endpoint_url)


def _members(model: Any, operation: str) -> tuple[list[str], list[str]]:
    found = model.operation_model(operation)
    shapes = (found.input_shape, found.output_shape)
    asked, answered = (sorted(shape.members) if shape else [] for shape in shapes)
    return asked, answered
