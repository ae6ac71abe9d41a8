"""Everything Frontline says to an agent, in English."""

from collections.abc import Mapping

from chalicelib.views.english_pages import ENGLISH_PAGES

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

ENGLISH: Mapping[str, str] = {
    "lang": "en",
    # time
    "today": "today",
    "tomorrow": "tomorrow",
    "yesterday": "yesterday",
    "date": "{weekday} {day} {month}",
    "year": " {year}",
    "weekday.mon": "Mon",
    "weekday.tue": "Tue",
    "weekday.wed": "Wed",
    "weekday.thu": "Thu",
    "weekday.fri": "Fri",
    "weekday.sat": "Sat",
    "weekday.sun": "Sun",
    **{f"month.{number}": name for number, name in enumerate(_MONTHS, 1)},
    "day.one": "{count} day",
    "day.many": "{count} days",
    "hour.one": "{count} hour",
    "hour.many": "{count} hours",
    "minute.one": "{count} minute",
    "minute.many": "{count} minutes",
    "second.one": "{count} second",
    "second.many": "{count} seconds",
    # a deadline, counted from now
    "left": "{span} left",
    "late": "{span} overdue",
    "late.now": "just now overdue",
    "met": "met at {time}",
    "met.late": "done at {time}, after the deadline",
    "overdue": "{metric} is {span} overdue",
    "overdue.now": "{metric} is just now overdue",
    "paused": "paused, waiting on the customer",
    "due": "due {time}",
    "deadline.none": "No deadline is running",
    # names of things
    "ticket": "Ticket",
    "customer": "Customer",
    "customer.nameless": "Customer without a name",
    "channel": "Channel",
    "request_type": "Request type",
    "priority": "Priority",
    "product": "Product",
    "tier": "Tier",
    "status": "Status",
    "assignee": "Assignee",
    "assignee.none": "Nobody yet",
    "team": "Team",
    "phone": "Phone",
    "email": "E-mail",
    "opened": "Opened",
    "deadlines": "Deadlines",
    "callback": "Call back",
    "callback.asked": "wants to be called",
    "guests": "Brought in",
    "wake": "Waits until",
    "merged_into": "Merged into",
    "details": "Details",
    "conversation": "Conversation",
    "status.watched": "Left to the community",
    "status.open": "Open",
    "status.pending": "Waiting on customer",
    "status.resolved": "Resolved",
    "status.closed": "Closed",
    "priority.low": "Low",
    "priority.normal": "Normal",
    "priority.high": "High",
    "priority.urgent": "Urgent",
    "metric.accept": "Acceptance",
    "metric.first_response": "First response",
    "metric.next_response": "Next response",
    "metric.resolution": "Resolution",
    "desk": "Desk",
    "somebody": "A colleague",
    "somebody.platform": "A colleague on {channel}",
    "somebody.record": "The customer's record",
    "somebody.token": "Application {name}",
    # attachments
    "attachment.image": "Picture",
    "attachment.audio": "Recording",
    "attachment.video": "Video",
    "attachment.file": "Attached file",
    "attachment.sticker": "Sticker",
    "attachment.location": "Location",
    "attachment.contact": "Contact card",
    "attachment.link": "Link",
    # how far an answer has come
    "delivery.queued": "Sending",
    "delivery.sent": "Sent",
    "delivery.delivered": "Delivered",
    "delivery.read": "Read",
    "delivery.failed": "Not delivered",
    "failure.blocked": "The customer has blocked or unfollowed the page.",
    "failure.window_closed": "This channel takes no answer so long after the customer's message.",
    "failure.unknown_recipient": "The recipient was not found on this channel.",
    "failure.rejected": "The channel refused the content of the message.",
    "failure.account": "The connection to the channel is broken; an administrator has to look.",
    "failure.unknown": "The channel did not take the message.",
    "failure.advice": "Please call the customer or try another channel.",
    # the ticket's story
    "line.ticket.opened": "Ticket opened",
    "line.ticket.reopened": "Ticket reopened",
    "line.ticket.assigned": "Assigned to {agent}",
    "line.ticket.parked": "Nobody is free; waiting in team {team}",
    "line.ticket.acknowledged": "{actor} accepted the ticket",
    "line.ticket.resolved": "{actor} marked it as resolved",
    "line.sla.breached": "Deadline missed: {metric}",
    "line.sla.escalated": "Escalated to {agent}",
    "line.message.failed": "The message did not reach the customer",
    "line.contact.blocked": "The customer blocked or unfollowed the page",
    "line.message.edited": "The customer changed a message to: {text}",
    "line.message.deleted": "The customer took a message back",
    "line.message.reacted": "The customer reacted with {text}",
    "line.message.hidden": "{actor} hid this from the public",
    "line.peer.answered": "Somebody else answered in the topic",
    "line.window.closing": "Reminded: the channel soon takes no answers any more",
    "line.identity.linked": "The same customer, now on {channel}",
    "line.ticket.handed": "{actor} gave it to {agent}",
    "line.ticket.taken": "{actor} took it",
    "line.ticket.moved": "{actor} moved it to team {team}",
    "line.sla.reminded": "Reminder sent: {metric} is due soon",
    "line.sla.recomputed": "Deadlines were computed again",
    "line.message.unreacted": "The customer took a reaction back",
    "line.ticket.dropped": "{agent} did not take it in time; it goes to somebody else",
    "line.ticket.given_back": "{agent} {because}; the ticket was given back",
    "line.ticket.pended": "{actor} left it to wait",
    "line.ticket.woken": "The wait is over",
    "line.ticket.changed": "{actor} changed {changes}",
    "line.ticket.merged": "{actor} merged ticket {number} into this one",
    "line.ticket.merged_into": "{actor} merged it into ticket {number}",
    "line.guest.invited": "{actor} brought in {address}",
    "line.customer.told": "The customer was told that it takes longer: {metric}",
    "line.callback.requested": "The customer wants to be called",
    "line.again": "to be tried again at {time}",
    "line.until": "until {time}",
    "line.until.customer": "until the customer writes",
    "line.change": "{what} to {value}",
    "line.change.none": "none",
    "line.because": "since whoever had it {because}",
    "line.by_desk": "{desk} (automatic)",
    "line.late": "{span} late",
    "reason.account_manager": "looks after this customer",
    "reason.answered_last": "answered this customer last",
    "reason.least_loaded": "least busy of {count}",
    "reason.round_robin": "next in turn of {count}",
    "reason.weighted": "by share of work among {count}",
    "reason.longest_idle": "longest idle of {count}",
    "reason.only": "the only one free",
    "reason.owner": "already had it",
    "reason.backup_absent": "standing in for {agent}, who is absent",
    "reason.backup_dropped": "standing in for {agent}, who did not take it",
    "reason.team_backup": "the team's backup",
    "reason.lead": "the team's lead, since nobody else is left in the team",
    "reason.nobody": "nobody is free right now",
    "reason.no_skill": "nobody has the skills",
    "reason.no_language": "nobody speaks {language}",
    "reason.owner_absent": "who had it is absent, and nobody can stand in yet",
    "reason.owner_dropped": "who had it did not take it, and nobody can stand in yet",
    "reason.escalated": "because it is overdue",
    "reason.none": "",
    "because.away": "went away",
    "because.absent": "is absent",
    "because.shift_end": "finished the shift",
    "because.not_acknowledged": "did not take it in time",
    "classified.rule": "by the rule “{rule}”",
    "classified.matched": "for the words “{matched}”",
    "classified.named": "as the sender's system says",
    "classified.channel": "as it came on this channel",
    "verdict.free": "{agent} {load}/{limit}",
    "verdict.no_skill": "{agent} lacks the skill {skills}",
    "verdict.no_language": "{agent} speaks no {language}",
    "verdict.dropped": "{agent} did not take this ticket",
    "verdict.absent": "{agent} is absent",
    "verdict.full": "{agent} is full {load}/{limit}",
    "verdict.channel_full": "{agent} is full on {channel} {load}/{limit}",
    "tiebreak.load": "a tie: fewer tickets decided",
    "tiebreak.order": "a tie: the order of the team decided",
    "tiebreak.lot": "a tie: drawn by lot",
    "language.vi": "Vietnamese",
    "language.en": "English",
    "empty_message": "(no text)",
    # notifications: the sender's name, the headline, what to do
    "kind.assigned": "New ticket",
    "kind.customer_wrote": "Customer wrote",
    "kind.reminder": "Due soon",
    "kind.breached": "Overdue",
    "kind.escalated": "Needs your help",
    "kind.parked": "Nobody has it yet",
    "kind.window_closing": "Reply window closing",
    "kind.send_failed": "Not delivered",
    "kind.dropped": "Gone on to others",
    "kind.woken": "Wait is over",
    "kind.mentioned": "Note for you",
    "kind.invited": "Your help is wanted",
    "headline.assigned": "{agent}, you have a new ticket from {customer}",
    "headline.customer_wrote": "{customer} wrote again",
    "headline.reminder": "{Metric} is due soon: {countdown}",
    "headline.reminder.past": "{Told}",
    "headline.breached": "{Told}",
    "headline.escalated": "{assignee}'s ticket – {told}",
    "headline.escalated.unassigned": "Nobody has it – {told}",
    "headline.parked": "Nobody in team {team} has taken this ticket yet",
    "headline.window_closing": "Soon {customer} can't be answered on this channel any more",
    "headline.send_failed": "Your answer has not reached {customer}",
    "headline.dropped": "{customer}'s ticket went on to {assignee}",
    "headline.dropped.unassigned": "{customer}'s ticket went back to the queue",
    "headline.woken": "{customer}'s ticket has waited long enough",
    "headline.mentioned": "{colleague} left you a note about {customer}'s ticket",
    "headline.invited": "{colleague} asks for your help with {customer}'s ticket",
    "advice.when.due": "{Metric} is due {due}.",
    "advice.when.late": "{Told}: it was due {due}.",
    "advice.when.paused": "The deadline for {metric} is paused while we wait for the customer.",
    "advice.when.waiting": "The customer is waiting for your answer.",
    "advice.when.undated": "There is no deadline, but the customer is waiting for you.",
    "advice.when.idle": "No deadline is running any more.",
    "act.accept": "accept it",
    "act.first_response": "answer the customer",
    "act.next_response": "answer the customer",
    "act.resolution": "resolve it",
    "advice.assigned": "{when}",
    "advice.customer_wrote": "{when}",
    "advice.reminder": "It is due {due}.",
    "advice.reminder.undated": "{when}",
    "advice.breached": "It was due {due}. Please {act} now.",
    "advice.breached.undated": "{when}",
    "advice.escalated": "{Metric} was due {due}. Please {act}, or hand the ticket over.",
    "advice.escalated.undated": "{when}",
    "advice.window_closing": "After that, {channel} takes no free answers. Answer now.",
    "advice.parked": "{when} Please take it or give it to somebody.",
    "advice.dropped": "You had not accepted it in time. There is nothing you have to do.",
    "advice.dropped.away": (
        "You let several tickets in a row go by, so you count as absent and get no new ones. "
        "Once you are here, reply with #back on the first line, or open the ticket and press "
        "“I'm back”."
    ),
    "advice.woken": "{when} Please look at it again.",
    "advice.mentioned": (
        "Reply to this mail to answer your colleague. To answer the customer, open the ticket."
    ),
    "advice.invited": "You see the whole conversation, and may leave notes for your colleagues.",
    "mail.earlier": "… and {count} earlier lines",
    "mail.cut": "… (the rest is in the ticket)",
    "mail.how_to_reply": (
        "Replying to this mail answers the customer directly by {channel}. "
        "Only what you write above the marked line is sent."
    ),
    "mail.how_to_reply.public": (
        "Replying to this mail is public ({channel}), for everybody to read. "
        "To write to the customer alone, open the ticket. "
        "Only what you write above the marked line is sent."
    ),
    "mail.how_to_reply.elsewhere": (
        "{channel} takes answers on its own pages only: {link}. "
        "Replying to this mail does not reach the customer."
    ),
    "mail.how_to_reply.closed": (
        "At present nothing can be sent to the customer by {channel}, "
        "so replying to this mail does not reach the customer either."
    ),
    "mail.how_to_reply.note": (
        "Replying to this mail leaves a note for the colleagues on this ticket. "
        "The customer never sees it."
    ),
    "mail.commands": (
        "“note:” at the beginning makes it an internal note. Commands stand on the first lines, "
        "one each: #resolve, #pend 2h, #to minh, #away, #back, #capacity 5."
    ),
    "mail.yours_only": "The buttons in this mail are yours alone: please don't forward it.",
    "mail.links_age": "Each button works once and expires after {days} days.",
    "action.accept": "Accept",
    "action.resolve": "Resolved",
    "action.open": "Open ticket",
    "action.open_file": "View",
    # the answer to an agent's mail that was not passed on
    "refused.subject": "Your mail was not sent to the customer",
    "refused.intro": "Your mail about ticket {number} was not passed on to the customer.",
    "refused.intro.unnumbered": "Your mail was not passed on to the customer.",
    "refused.other_address": (
        "It came from an address that is not yours at {desk}. "
        "Please send it again from the address that gets the notifications."
    ),
    "refused.unproven": (
        "We could not prove that it really came from you (DKIM/DMARC did not pass). "
        "Please open the ticket by the button in the notification and answer there, "
        "and ask your administrator to check the mailbox."
    ),
    "refused.unknown_ticket": (
        "This reply address is no longer valid. "
        "Please answer the newest notification of the ticket."
    ),
    "refused.empty": (
        "There was nothing above the marked line. "
        "Please write your answer at the very top and send it again."
    ),
    "refused.command": (
        "The line “{line}” is no command we know. What begins with # never goes to the customer. "
        "These are the commands:"
    ),
    "refused.impossible": (
        "This can't be done with the ticket as it stands now: it may have been resolved, or merged "
        "into another. Please open it to see."
    ),
    "command.resolve": "#resolve (#xong) – mark as resolved",
    "command.pend": (
        "#pend 2h (#cho 2h), #pend tomorrow – leave it to wait; #pend alone: until he writes"
    ),
    "command.to": "#to minh reason (#chuyen minh …) – hand over to an agent or a team by id",
    "command.away": "#away (#vang) – you get no new tickets",
    "command.back": "#back (#co mat) – you get tickets again",
    "command.capacity": "#capacity 5 (#nhan 5) – how many tickets you take at a time",
    "refused.closing": "The customer has received nothing, so sending again will not double it.",
    "sms": "{desk}: {number} {kind}. {customer} ({channel}). {due}",
    "sms.due": "Due {time}.",
    **ENGLISH_PAGES,
}
