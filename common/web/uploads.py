"""Uploads go to disk in pieces and stop at the limit, before they fill it."""

from django.conf import settings
from django.core.files.uploadhandler import StopUpload, TemporaryFileUploadHandler


class LimitedUploadHandler(TemporaryFileUploadHandler):
    """Stops reading once a request has sent more than IMPORT_MAX_BYTES; the view sees `too_large`."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **kwargs)  # type: ignore[arg-type]
        self.received_bytes = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        """Write a piece to disk, or stop the upload at the limit."""
        self.received_bytes += len(raw_data)
        if self.received_bytes > settings.IMPORT_MAX_BYTES:
            if self.request is not None:
                self.request.META["millrace.upload_too_large"] = True
            raise StopUpload(connection_reset=False)
        return super().receive_data_chunk(raw_data, start)
