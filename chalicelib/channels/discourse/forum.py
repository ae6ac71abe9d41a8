"""The forum as one account sees it: who is who there."""

from datetime import timedelta

from chalicelib.channels.base import ChannelAdapter
from chalicelib.channels.discourse.payloads import Member, Post, Topic

_WATCHED = timedelta(hours=1)
_DIGITS = 6


class Forum:
    """One account's view of the forum: who it is there, and how long others may answer first."""

    def __init__(self, adapter: ChannelAdapter) -> None:
        secrets = adapter.secrets
        self.adapter = adapter
        self.base_url = adapter.secret("base_url").rstrip("/")
        self.username = adapter.secret("username").lower()
        self.group = str(secrets.get("group") or "").lower()
        minutes = str(secrets.get("answer_within_minutes") or "")
        is_number = minutes.isascii() and minutes.isdigit() and len(minutes) <= _DIGITS
        self.watch_for = timedelta(minutes=int(minutes)) if is_number else _WATCHED

    def is_account(self, post: Post) -> bool:
        return self._is_ours(post.username)

    def is_staff(self, post: Post) -> bool:
        return self.is_account(post) or post.staff or post.moderator or post.admin

    def is_addressed(self, topic: Topic) -> bool:
        """Tell whether a private message is for the account, or for its group."""
        return any(self._is_ours(user.username) for user in topic.users) or any(
            self.group and name.lower() == self.group for name in topic.groups
        )

    def began(self, topic: Topic) -> bool:
        return any(user.id == topic.user_id for user in topic.users if self._is_ours(user.username))

    def customer_of(self, topic: Topic) -> Member | None:
        """Return whom the account talks to in private: who began it, else the first other."""
        others = [user for user in topic.users if not self._is_ours(user.username)]
        beginners = [user for user in others if user.id == topic.user_id]
        return next(iter(beginners + others), None)

    def _is_ours(self, username: str) -> bool:
        return username.lower() == self.username
