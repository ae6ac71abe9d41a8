"""Every Lambda entry point of Frontline: webhooks, API and pages in one, the rest one each."""

from chalice import Chalice

from chalicelib.entrypoints.api import api
from chalicelib.entrypoints.mail import mail
from chalicelib.entrypoints.pages import pages
from chalicelib.entrypoints.schedules import schedules
from chalicelib.entrypoints.sms import sms
from chalicelib.entrypoints.stream import stream
from chalicelib.entrypoints.webhooks import webhooks

app = Chalice(app_name="frontline")
app.register_blueprint(webhooks)
app.register_blueprint(api)
app.register_blueprint(pages)
app.register_blueprint(stream)
app.register_blueprint(schedules)
app.register_blueprint(mail)
app.register_blueprint(sms)
