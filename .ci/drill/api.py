"""What the operator and one product can ask of an API of this machine."""
import http.client
import json
import urllib.parse

ENDED = ("succeeded", "failed", "cancelled")


class NotSent(OSError):
    """Nobody listened, so nobody can have acted on it."""


def http_call(port, method, path, body=None, headers=None, timeout=20):
    """(status, text) of a request to this machine. NotSent, or OSError if the answer did not come."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=timeout)
    try:
        try:
            connection.connect()
        except OSError as refused:
            raise NotSent(*refused.args) from refused
        sent = None if body is None else json.dumps(body)
        connection.request(method, path, sent, {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, answer.read().decode()
    except http.client.HTTPException as cut_off:
        raise OSError(f"{method} {path} was cut off: {cut_off!r}") from cut_off
    finally:
        connection.close()


class Api:
    """Speaks for the product that it registered last. Its methods may be called by several threads."""

    def __init__(self, port, admin_key):
        self.port = port
        self.admin_key = admin_key
        self.platform_key = None

    def register(self, slug, **further):
        """Makes a product, for which this one speaks from now on."""
        status, answer = self.admin("POST", "/products/register", {"slug": slug, "display_name": slug.title(), **further})
        if status >= 300:
            raise OSError(f"product {slug}: {status} {answer}")
        self.platform_key = answer["platform_api_key"]

    def admin(self, method, path, body=None):
        """(status, answer) for the operator."""
        return self._json(method, path, body, {"X-Admin-Key": self.admin_key}, 20)

    def api(self, method, path, body=None, at_once=False, timeout=20):
        """(status, answer) for the product; at_once: without waiting for the operation's end."""
        headers = {"X-Platform-Key": self.platform_key, **({"Prefer": "respond-async"} if at_once else {})}
        return self._json(method, path, body, headers, timeout)

    def must(self, method, path, body=None):
        """The answer of 200 to the product, or OSError."""
        status, answer = self.api(method, path, body, timeout=150)
        if status != 200:
            raise OSError(f"{method} {path}: {status} {answer}")
        return answer

    def _json(self, method, path, body, headers, timeout):
        status, text = http_call(self.port, method, path, body, headers, timeout)
        try:
            return status, json.loads(text)
        except ValueError as broken:
            raise OSError(f"{method} {path} was answered {status} without JSON") from broken

    def engine_of(self, user):
        return self.api("GET", f"/engines/{urllib.parse.quote(user, safe='')}")

    def has_ended(self, operation):
        """Whether an operation has ended, as far as the API says so just now."""
        try:
            status, answer = self.api("GET", f"/operations/{operation}")
        except OSError:
            return False
        return status == 200 and answer["status"] in ENDED

    def is_healthy(self):
        try:
            return http_call(self.port, "GET", "/health", timeout=5) == (200, '{"status":"ok"}')
        except OSError:
            return False
