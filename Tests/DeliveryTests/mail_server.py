"""A real mail server on this machine: prints its port, then takes mail until it is stopped.

FOLDER/messages/0001.eml is what came between DATA and the final dot, 0001.json its envelope; FOLDER/log has a line for each thing that happened.
FOLDER/behaviour may hold lines of STEP ACTION ARGUMENTS, read anew at each step:

  steps     connect greeting ehlo auth mail rcpt data content dot quit
  reply     says the rest of the line in the place of what it would say; a bar in it is the end of a line
  once      does so the first time for each recipient (before there is one: the first time at all)
  to        ADDRESS and a reply: for this recipient only
  wait      goes on after so many seconds
  drop      cuts the connection; at 'content' after so many bytes, at 'dot' with nothing kept
  stop      'content' only: reads nothing for so many seconds
  keep      'dot' only: keeps the message and cuts the connection without a word
  partial   says the rest of the line without ending it, and cuts the connection; 'dot' has kept the message
"""
import argparse
import asyncio
import json
import os
import ssl
import subprocess
import time
import warnings

from aiosmtpd.smtp import SMTP, AuthResult

warnings.simplefilter("ignore")
arguments = argparse.ArgumentParser()
arguments.add_argument("folder")
arguments.add_argument("--port", type=int, default=0)
arguments.add_argument("--tls", choices=["no", "implicit", "starttls"], default="no")
arguments.add_argument("--user", help="NAME:PASSWORD that everybody must give")
arguments.add_argument("--only", help="the one way of giving it: PLAIN or LOGIN")
arguments.add_argument("--size", type=int, default=1 << 25)
options = arguments.parse_args()
messages = options.folder + "/messages"
os.makedirs(messages, exist_ok=True)
seen = set()


def log(*words):
    with open(options.folder + "/log", "a", encoding="utf-8") as file:
        file.write(" ".join(str(word) for word in words) + "\n")


def behaviour(step):
    """The actions for a step, each with its arguments."""
    try:
        with open(options.folder + "/behaviour", encoding="utf-8") as file:
            lines = [line.rstrip("\n").split(" ", 2) for line in file]
    except FileNotFoundError:
        return []
    return [(line[1], line[2].replace("|", "\r\n") if len(line) > 2 else "") for line in lines if line[0] == step]


class Server(SMTP):
    content = None

    def connection_made(self, transport):
        first = self.transport is None
        super().connection_made(transport)
        if first:
            log("connect")
            if behaviour("connect"):
                transport.abort()

    def connection_lost(self, error):
        if self.content is not None:
            log("lost in the message")
        super().connection_lost(error)

    def data_received(self, received):
        if self.content is not None:
            self.content += len(received)
            for action, rest in behaviour("content"):
                if action == "drop" and self.content >= int(rest or 0):
                    log("drop content")
                    self.transport.abort()
                    return
                if action == "stop":
                    time.sleep(float(rest))
        super().data_received(received)

    async def acts(self, step, argument=""):
        """Whether the step is over with what was done here."""
        for action, rest in behaviour(step):
            if action == "to":
                address, _, rest = rest.partition(" ")
                if f"<{address}>" not in (argument or ""):
                    continue
            if action == "once":
                key = (step, argument if step == "rcpt" else "")
                if key in seen:
                    continue
                seen.add(key)
            if action == "wait":
                await asyncio.sleep(float(rest))
                continue
            if action == "drop":
                log("drop", step)
                self.transport.abort()
                return True
            if action == "partial":
                log("partial", step)
                self._writer.write(rest.encode())
                await self._writer.drain()
                self.transport.close()
                return True
            log("reply", step, rest)
            await self.push(rest)
            if step == "greeting" or rest.startswith("421"):
                self.transport.close()
            return True
        return False

    async def _handle_client(self):
        if not await self.acts("greeting"):
            await super()._handle_client()

    async def smtp_EHLO(self, argument):
        log("ehlo", argument, "inside" if self._tls_protocol or options.tls == "implicit" else "outside")
        if not await self.acts("ehlo", argument):
            await super().smtp_EHLO(argument)

    async def smtp_AUTH(self, argument):
        if not await self.acts("auth", argument):
            await super().smtp_AUTH(argument)

    async def smtp_MAIL(self, argument):
        log("mail", argument)
        if not await self.acts("mail", argument):
            await super().smtp_MAIL(argument)

    async def smtp_RCPT(self, argument):
        log("rcpt", argument)
        if not await self.acts("rcpt", argument):
            await super().smtp_RCPT(argument)

    async def smtp_DATA(self, argument):
        log("data")
        if not await self.acts("data", argument):
            self.content = 0
            await super().smtp_DATA(argument)

    async def smtp_QUIT(self, argument):
        log("quit")
        if not await self.acts("quit", argument):
            await super().smtp_QUIT(argument)


class Keeper:
    async def handle_DATA(self, server, session, envelope):
        server.content = None
        reply, end = "250 2.0.0 kept", None
        actions = behaviour("dot")
        for action, rest in actions:
            if action == "reply" or (action == "once" and "dot" not in seen):
                reply = rest
                seen.add("dot")
            elif action in ("drop", "keep", "partial"):
                reply, end = "554 dropped" if action == "drop" else reply, (action, rest)
        if reply.startswith("2"):
            number = len([name for name in os.listdir(messages) if name.endswith(".json")]) + 1
            with open(f"{messages}/{number:04}.eml", "wb") as file:
                file.write(envelope.original_content)
            user = session.login_data.decode() if session.login_data else None
            with open(f"{messages}/{number:04}.json", "w", encoding="utf-8") as file:
                json.dump({"from": envelope.mail_from, "to": envelope.rcpt_tos, "options": envelope.mail_options, "user": user}, file)
            log("kept", number)
        for action, rest in actions:
            if action == "wait":
                await asyncio.sleep(float(rest))
        if end is not None:
            log(end[0], "dot")
            if end[0] == "partial":
                server._writer.write(end[1].encode())
                await server._writer.drain()
                server.transport.close()
            else:
                server.transport.abort()
        return reply


def authenticator(server, session, envelope, mechanism, given):
    right = options.user is not None and f"{given.login.decode()}:{given.password.decode()}" == options.user
    log("auth", mechanism, given.login.decode(), "right" if right else "wrong")
    return AuthResult(success=right, handled=False, auth_data=given)


def context():
    key, certificate = options.folder + "/key.pem", options.folder + "/authority.pem"
    if not os.path.exists(certificate):
        subprocess.run(
            ["openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-days", "2", "-subj", "/CN=localhost",
             "-addext", "subjectAltName=DNS:localhost", "-keyout", key, "-out", certificate], check=True, capture_output=True)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate, key)
    return context


async def main():
    tls = None if options.tls == "no" else context()
    loop = asyncio.get_running_loop()

    def protocol():
        return Server(
            Keeper(), hostname="mail.example.vn", ident="test", loop=loop, data_size_limit=options.size, tls_context=tls if options.tls == "starttls" else None,
            require_starttls=options.tls == "starttls", auth_required=options.user is not None, auth_require_tls=options.tls == "starttls", authenticator=authenticator,
            auth_exclude_mechanism=[name for name in ("PLAIN", "LOGIN") if options.only not in (None, name)] if options.user else ["PLAIN", "LOGIN"])

    server = await loop.create_server(protocol, "127.0.0.1", options.port, ssl=tls if options.tls == "implicit" else None)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


asyncio.run(main())
