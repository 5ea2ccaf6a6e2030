"""Reads messages with Python's own reader, which knows nothing of how they were made, and prints what is in each as JSON."""
import email
import email.header
import email.policy
import email.utils
import hashlib
import json
import sys


def mailbox(message, field):
    """Name and address. The new reader puts a space between two encoded words of a name, which RFC 2047 (section 6.2) forbids; the old one does not."""
    name, address = email.utils.parseaddr(str(message[field]).replace("\r\n", ""))
    return str(email.header.make_header(email.header.decode_header(name))), address


def read(path):
    with open(path, "rb") as file:
        raw = file.read()
    head = raw.partition(b"\r\n\r\n")[0]
    message = email.message_from_bytes(raw, policy=email.policy.default)
    defects = [f"{part.get_content_type()}: {type(defect).__name__}" for part in message.walk() for defect in part.defects]
    defects += [
        f"{name}: {type(defect).__name__}" for part in message.walk() for name, value in part.items() for defect in getattr(value, "defects", [])]
    old = email.message_from_bytes(raw)
    sender, reader = mailbox(old, "From"), mailbox(old, "To")
    texts = {kind: message.get_body((kind,)).get_content().replace("\r\n", "\n") for kind in ("plain", "html")}
    attachments = [
        {
            "name": part.get_filename(), "type": part.get_content_type(), "sha256": hashlib.sha256(part.get_payload(decode=True)).hexdigest(),
            "disposition": part.get_content_disposition(), "plainName": part["Content-Type"].params.get("name"),
        }
        for part in message.iter_attachments()
    ]
    return {
        "headers": [[name, str(value)] for name, value in message.items()],
        "raw": [line.decode("ascii", "replace") for line in head.split(b"\r\n")],
        "isASCII": raw.isascii(),
        "longestLine": max(len(line) for line in raw.split(b"\r\n")),
        "hasBareEnds": b"\r" in raw.replace(b"\r\n", b"") or b"\n" in raw.replace(b"\r\n", b""),
        "structure": [part.get_content_type() for part in message.walk()],
        "fromName": sender[0], "fromAddress": sender[1], "toName": reader[0], "toAddress": reader[1], "recipients": len(message["To"].addresses),
        "date": message["Date"].datetime.isoformat(),
        "text": texts["plain"], "html": texts["html"], "attachments": attachments, "defects": defects,
    }


json.dump([read(path) for path in sys.argv[1:]], sys.stdout)
