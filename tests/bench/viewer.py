"""The browser's side of a session: a websocket that asks for reruns and waits for their end."""

from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect
from websockets.typing import Origin, Subprotocol


class Viewer:
    """One connected tab."""

    def __init__(self, url: str, *, page: str = "", cookie: str = "") -> None:
        self._page, self._address = page, f"{url}/{page}"
        self._socket: ClientConnection = connect(
            f"ws{url.removeprefix('http')}/_stcore/stream",
            subprotocols=[Subprotocol("streamlit")],
            origin=Origin(url),
            additional_headers={"Cookie": cookie} if cookie else None,
            max_size=None,
            compression=None,
        )
        self.words = ""
        self.rerun()

    def rerun(self) -> int:
        """Ask for a full rerun and wait for its end; return the size of the answer in bytes."""
        message = BackMsg()
        message.rerun_script.query_string = ""
        message.rerun_script.page_name = self._page
        # like a browser: the portal offers hidden screens only at their own address
        message.rerun_script.context_info.url = self._address
        self._socket.send(message.SerializeToString())
        size, words = 0, []
        while True:
            received = self._socket.recv()
            assert isinstance(received, bytes)
            size += len(received)
            forward = ForwardMsg.FromString(received)
            if forward.HasField("delta"):
                words.append(forward.delta.new_element.html.body)
            if forward.HasField("script_finished"):
                self.words = "".join(words) or self.words
                return size

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._socket.close()
