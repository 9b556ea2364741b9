"""Twilio's own validator on signatures: stdin [[token, url, signature], ...], the last line says which of them hold."""

import json
import sys

from twilio.request_validator import RequestValidator

print(json.dumps([RequestValidator(token).validate(url, {}, signed) for token, url, signed in json.load(sys.stdin)]))
