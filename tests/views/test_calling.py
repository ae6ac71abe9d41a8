import pytest

from chalicelib.views.calling import called


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("Phạm Phương Thảo", "Thảo"),
        ("Lê Minh Đức", "Đức"),
        ("Nguyen Thi Lan", "Lan"),
        ("ĐỖ THU HÀ", "HÀ"),
        ("Phạm Phương Thảo (trưởng nhóm)", "Thảo"),
        ("Lan", "Lan"),
        ("Thảo (trưởng nhóm)", "Thảo"),
        ("Lan Anh", "Lan Anh"),
        ("Emma Carter", "Emma Carter"),
        ("Hồ", "Hồ"),
        ("(trực đêm)", "(trực đêm)"),
        ("", ""),
    ],
)
def test_only_a_vietnamese_full_name_is_shortened(name: str, given: str) -> None:
    assert called(name) == given
