"""TCP with or without TLS, both ways."""

import socket
import ssl

from central.ehr.config import EhrConfigError, Send, Tls


def connect(send: Send) -> socket.socket:
    """A connection to the receiver. Raises ``OSError`` (``ssl.SSLError`` is one)."""
    plain = socket.create_connection((send.host, send.port), timeout=min(send.timeout_seconds, 5.0))
    try:
        plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        plain.setsockopt(socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)
        if send.tls is None:
            return plain
        return _client(send.tls).wrap_socket(plain, server_hostname=send.tls.host_name or send.host)
    except OSError:
        plain.close()
        raise


def server_context(tls: Tls) -> ssl.SSLContext:
    """For a listener. Raises ``EhrConfigError``."""
    if tls.certificate is None:
        raise EhrConfigError("[ehr.listen.tls] needs a certificate and a key")
    try:
        context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH, cafile=tls.authorities)
        context.minimum_version = ssl.TLSVersion.TLSv1_2
        context.load_cert_chain(tls.certificate, tls.key)
        if tls.authorities is not None:
            context.verify_mode = ssl.CERT_REQUIRED
    except OSError as error:
        raise EhrConfigError(f"[ehr.listen.tls]: {error.strerror or type(error).__name__}") from None
    return context


def _client(tls: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=tls.authorities)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if tls.certificate is not None:
        context.load_cert_chain(tls.certificate, tls.key)
    return context
