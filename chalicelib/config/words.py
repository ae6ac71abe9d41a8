"""The words for what can be wrong with a desk: Vietnamese first, English second."""

from collections.abc import Mapping

# What pydantic and the desk's own validators call an error, in Vietnamese and English.
WORDS: Mapping[str, str] = {
    "missing": "thiếu “{key}” · “{key}” is missing",
    "extra_forbidden": "không có khóa “{key}” · there is no key “{key}”",
    "string_type": "phải là chữ · must be a text",
    "int_from_float": "phải là số nguyên · must be a whole number",
    "int_type": "phải là số nguyên · must be a whole number",
    "int_parsing": "phải là số nguyên · must be a whole number",
    "bool_type": "phải là true hoặc false · must be true or false",
    "bool_parsing": "phải là true hoặc false · must be true or false",
    "tuple_type": "phải là danh sách · must be a list",
    "list_type": "phải là danh sách · must be a list",
    "dict_type": "phải gồm các dòng “khóa: giá trị” · must be made of “key: value” lines",
    "mapping_type": "phải gồm các dòng “khóa: giá trị” · must be made of “key: value” lines",
    "model_type": "phải gồm các dòng “khóa: giá trị” · must be made of “key: value” lines",
    "literal_error": "“{input}” không dùng được ở đây · “{input}” is not among the choices",
    "enum": "“{input}” không dùng được ở đây · “{input}” is not among the choices",
    "string_too_short": "không được để trống · must not be empty",
    "string_too_long": "quá dài (tối đa {max_length}) · too long (at most {max_length})",
    "too_short": "không được để trống · must not be empty",
    "greater_than_equal": "phải từ {ge} trở lên · must be {ge} or more",
    "greater_than": "phải lớn hơn {gt} · must be more than {gt}",
    "less_than_equal": "tối đa là {le} · must be {le} or less",
    "string_pattern_mismatch": "“{input}” viết không đúng dạng · “{input}” is not well formed",
    "date_from_datetime_parsing": "“{input}” không phải ngày · “{input}” is not a date",
    "date_parsing": "“{input}” không phải ngày · “{input}” is not a date",
    "date_type": "“{input}” không phải ngày · “{input}” is not a date",
    "time_zone": "không có múi giờ “{name}” · there is no time zone “{name}”",
    "secret": "khóa bí mật phải là chữ · a secret must be a text, or a list of texts",
    "secret_reference": "tham chiếu thiếu tên · the reference names nothing",
    "missing_secret": "thiếu khóa bí mật “{name}” · the secret “{name}” is missing",
    "unknown_secret": "kênh {channel} không dùng “{name}” · {channel} has no use for “{name}”",
    "unknown_country": "không có lịch nghỉ lễ của “{name}” · no public holidays of “{name}”",
    "never_open": "lịch không bao giờ mở cửa · this calendar is never open",
    "closed_for_years": "sau {day} lịch này đóng cửa suốt 10 năm · closed for 10 years after {day}",
    "unknown_placeholder": "không có chỗ điền {place} · there is no placeholder {place}",
    "template_braces": "dấu ngoặc { hoặc } bị lẻ · a brace { or } stands alone",
    "never_reached": (
        "không bao giờ dùng đến: “{name}” ở trên đã nhận hết · never used: “{name}” above takes all"
    ),
    "agent_named_as_role": (
        "“{name}” là vai trò, không thể là mã nhân viên · “{name}” is a role, so no agent's id"
    ),
    "no_slack": "chưa khai báo “slack” · this desk has no “slack”",
    "no_phone": "“{name}” không có số điện thoại · “{name}” has no phone",
    "no_manager": "không nhóm nào có “manager” · no team has a “manager”",
    "no_next_level": "không nhóm nào có “next_level” · no team has a “next_level”",
    "not_a_domain": "“{name}” không phải tên miền · “{name}” is not a domain",
    "not_a_web_address": "phải là địa chỉ https:// · must be an address with https://",
    "own_backup": "không thể tự thay chính mình · an agent can't be their own backup",
    "endless_levels": "các cấp này quay vòng về chính nhóm · these levels lead back to this team",
    "repeated": "“{name}” bị lặp lại · “{name}” stands here twice",
    "pattern_looks_around": (
        "RE2 không nhìn trước, nhìn sau: (?= (?! (?<= (?<! · RE2 does not look around"
    ),
    "pattern_refers_back": (
        "RE2 không nhắc lại nhóm trước: \\1 (?P= · RE2 does not refer back to a group"
    ),
    "pattern_refused": "RE2 không nhận biểu thức này: {why} · RE2 does not take this: {why}",
    "unknown_agent": "không có nhân viên “{name}” · there is no agent “{name}”",
    "unknown_recipient": "không có người nhận “{name}” · there is nobody “{name}” to be told",
    "unknown_team": "không có nhóm “{name}” · there is no team “{name}”",
    "unknown_calendar": "không có lịch “{name}” · there is no calendar “{name}”",
    "unknown_channel": "không có kênh “{name}” · there is no channel “{name}”",
    "unknown_account": "không có tài khoản “{name}” · there is no account “{name}”",
    "unknown_request_type": "không có loại yêu cầu “{name}” · there is no request type “{name}”",
}

# What to write instead, where it is the same for every error of a kind.
REMEDIES: Mapping[str, str] = {
    "never_reached": (
        "đưa lên trên, hoặc thu hẹp “match” của chính sách kia · "
        "move it up, or narrow the “match” of the other one"
    ),
    "agent_named_as_role": "đặt mã khác · use another id, such as the person's name",
    "endless_levels": (
        "bỏ next_level ở cấp cao nhất · leave out next_level where the ticket can go no higher"
    ),
    "no_slack": (
        "thêm vào gốc · add at the top level: slack: ssm:slack/…, or leave out slack here"
    ),
    "no_phone": "thêm số ở agents · add it under agents: phone: +84901234567",
    "no_manager": "thêm vào nhóm · add to a team: manager: ID, or tell the lead",
    "no_next_level": "thêm vào nhóm · add to a team: next_level: ID, or use lead or next",
    "pattern_looks_around": (
        "viết thẳng điều phải có; điều không được có thì thành một quy tắc đứng trên · "
        "write what must stand there; what must not is a rule of its own, above this one"
    ),
    "pattern_refers_back": "viết ra từng trường hợp · write the cases out: (aa|bb)",
    "pattern_refused": (
        "cú pháp · the syntax: https://github.com/google/re2/wiki/Syntax; ít lần lặp hơn "
        "(tối đa 1000) · fewer repetitions (at most 1000)"
    ),
}

# The Vietnamese for what the validators of other modules say in English.
REASONS: Mapping[str, str] = {
    "is not a duration": "không phải khoảng thời gian",
    "has no unit": "thiếu đơn vị thời gian",
    "is no time at all": "thời hạn phải lớn hơn 0",
    "takes no time at all": "khoảng lặp lại phải lớn hơn 0",
    "is not an interval": "không phải khoảng giờ",
    "has no length": "giờ mở và giờ đóng trùng nhau",
    "overlap": "hai khoảng giờ chồng lên nhau",
    "is not a reminder": "không phải mốc nhắc",
    "not between 1%": "phần trăm phải từ 1 đến 99",
    "comes too late": "nhắc đúng hạn là quá muộn",
    "stands there twice": "bị lặp lại",
    "needs a phone": "muốn nhận SMS thì phải có số điện thoại",
    "has no letter or digit": "từ khóa không có chữ hay số nào",
    "then says nothing": "“then” chưa nói gì",
    "one text, or one for each": "viết một câu, hoặc mỗi ngôn ngữ vi, en một câu",
    "a text is empty": "câu chữ bị bỏ trống",
    "time zone": "không có múi giờ này",
}
