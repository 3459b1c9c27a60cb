"""A model provider of the drill's own, for engines with LLM_PROVIDER=openai: it can fail for one of them alone."""
import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = 18080
# Whoever says this is refused, as by a provider that does not take the key any more.
REFUSE_ME = "refuse me"


class Handler(BaseHTTPRequestHandler):
    """Answers which turn of its task it is, by what the engine has sent along of those before: that is its memory."""

    def do_POST(self):
        request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        said = [message for message in request["messages"] if message["role"] == "user"]
        if REFUSE_ME in str(said[-1]["content"]):
            self._send(401, "application/json", json.dumps({"error": {
                "message": "Incorrect API key provided.", "type": "invalid_request_error", "param": None,
                "code": "invalid_api_key"}}))
            return
        text = f"You spoke. (turn {len(said)} of this task)"
        chunks = [self._chunk([{"index": 0, "delta": {"role": "assistant", "content": text}, "finish_reason": None}]),
                  self._chunk([{"index": 0, "delta": {}, "finish_reason": "stop"}])]
        self._send(200, "text/event-stream", "".join([*chunks, "data: [DONE]\n\n"]))

    @staticmethod
    def _chunk(choices):
        chunk = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": 0, "model": "drill", "choices": choices}
        return f"data: {json.dumps(chunk)}\n\n"

    def _send(self, status, kind, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        """Says nothing."""


def start():
    """Listens until the drill ends."""
    server = ThreadingHTTPServer(("0.0.0.0", PORT), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()


def settings(host):
    """What makes engines speak with it, at a name or address under which they reach this machine."""
    return {"LLM_PROVIDER": "openai", "LLM_BASE_URL": f"http://{host}:{PORT}/v1", "LLM_MODEL": "drill",
            "LLM_API_KEY": "sk-drill-provider-key"}
