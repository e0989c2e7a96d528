"""A kiosk that changes its key: what it says of the new one, signed with the one that it has."""

from collections.abc import Mapping

import msgspec
from joserfc import jws
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

from central import auth
from central.day_closes import ALGORITHM, SignatureError
from kiosk.sync.messages import RekeyBody

_BODY = msgspec.json.Decoder(RekeyBody)


def read(signed: str, key: Mapping[str, str]) -> tuple[RekeyBody, dict[str, str]]:
    """What it says, and the new public key, bare; once its signature is known to be that of ``key``.

    Raises ``SignatureError``, and ``ValueError`` where the new key is none that a kiosk may have.
    """
    try:
        found = jws.deserialize_compact(signed, ECKey.import_key(dict(key)), algorithms=[ALGORITHM])
        said = _BODY.decode(found.payload or b"")
    except (JoseError, msgspec.MsgspecError, ValueError, TypeError) as error:
        raise SignatureError("it is not the change of a key, signed by this kiosk") from error
    return said, auth.public_key(said.public_key)
