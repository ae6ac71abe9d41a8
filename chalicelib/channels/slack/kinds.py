"""The names by which Slack tells what happened, and those that say nothing of a customer.

https://docs.slack.dev/reference/events
"""

# Subtypes of what somebody said.
SAID = frozenset({"bot_message", "file_share", "me_message", "thread_broadcast"})

# Told by Slack itself, or about a message that has an event of its own.
SUBTYPES_OF_NO_USE = frozenset(
    {
        "assistant_app_thread",
        "bot_add",
        "bot_remove",
        "channel_archive",
        "channel_canvas_updated",
        "channel_convert_to_private",
        "channel_convert_to_public",
        "channel_join",
        "channel_leave",
        "channel_name",
        "channel_posting_permissions",
        "channel_purpose",
        "channel_topic",
        "channel_unarchive",
        "document_mention",
        "ekm_access_denied",
        "file_comment",
        "file_mention",
        "group_archive",
        "group_join",
        "group_leave",
        "group_name",
        "group_purpose",
        "group_topic",
        "group_unarchive",
        "huddle_thread",
        "message_replied",
        "pinned_item",
        "reminder_add",
        "reply_broadcast",
        "sh_room_created",
        "tombstone",
        "unpinned_item",
    }
)

EVENTS_OF_NO_USE = frozenset(
    {
        "app_home_opened",
        "app_installed",
        "assistant_thread_context_changed",
        "assistant_thread_started",
        "channel_archive",
        "channel_created",
        "channel_deleted",
        "channel_history_changed",
        "channel_id_changed",
        "channel_left",
        "channel_rename",
        "channel_shared",
        "channel_unarchive",
        "channel_unshared",
        "emoji_changed",
        "file_change",
        "file_created",
        "file_deleted",
        "file_public",
        "file_shared",
        "file_unshared",
        "group_left",
        "im_close",
        "im_created",
        "im_open",
        "link_shared",
        "member_joined_channel",
        "member_left_channel",
        "message_metadata_deleted",
        "message_metadata_posted",
        "message_metadata_updated",
        "pin_added",
        "pin_removed",
        "shared_channel_invite_accepted",
        "shared_channel_invite_approved",
        "shared_channel_invite_declined",
        "shared_channel_invite_received",
        "team_join",
        "user_change",
        "user_profile_changed",
    }
)

# No event will come after these: a person has to know.
THE_END = frozenset({"app_uninstalled", "tokens_revoked"})

PAYLOADS_OF_NO_USE = frozenset(
    {
        "block_suggestion",
        "message_action",
        "shortcut",
        "url_verification",
        "view_closed",
        "view_submission",
    }
)

EMOJI = {
    "+1": "👍",
    "-1": "👎",
    "clap": "👏",
    "eyes": "👀",
    "heart": "❤️",
    "heart_eyes": "😍",
    "joy": "😂",
    "ok_hand": "👌",
    "pray": "🙏",
    "raised_hands": "🙌",
    "slightly_smiling_face": "🙂",
    "smile": "😄",
    "tada": "🎉",
    "thumbsdown": "👎",
    "thumbsup": "👍",
    "white_check_mark": "✅",
}
