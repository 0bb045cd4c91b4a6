"""TLS

A ward asks its laboratory for results, over an encrypted connection. The certificates come from the hospital's own
authority, which no computer trusts by default. So somebody switched the checks off, "for now". Since then, anybody who
poses as the laboratory learns the names of patients, and is believed.

Once it is right, `python tls.py` prints this:

    lab.example: Ann Lee is well
    pharmacy.example: the certificate is not for this host

Leave alone: `AUTHORITY`, `LABORATORY`, `laboratory` and `main`.

Required of the coroutine function `ask(port, host, patient)`:
- it asks over TLS, at that port of 127.0.0.1: it sends the patient as a line, and returns the line of the answer
- it trusts the authority with the certificate AUTHORITY and no other authority, even one with the same name
- it accepts a certificate only for this host, and only while it is valid
- in all other cases an ssl.SSLCertVerificationError comes out of it, and the server does not learn the patient's name
- if the server does not speak TLS, an ssl.SSLError comes out, and that server learns nothing either
- if the connection ends before the answer is complete, an asyncio.IncompleteReadError comes out
- when it ends or is cancelled, its connection is closed
"""

import asyncio
import ssl
import tempfile

AUTHORITY = """\
-----BEGIN CERTIFICATE-----
MIIBgTCCASagAwIBAgIULXehSpNweBgmM+xcWrbApjhnZlkwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwSSG9zcGl0YWwgQXV0aG9yaXR5MCAXDTIw
MDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAdMRswGQYDVQQDDBJIb3NwaXRhbCBBdXRob3JpdHkwWTATBgcqhkjOPQIBBggqhkjOPQMBBwNC
AATMkKNnoYUjoUCEFTRMxgdMhUPCP4GbmIi4tmplaGE9WZRAysXr31Q2gD9XO/OfEyglGIXibmaP97Ol1tmgKzwso0IwQDAdBgNVHQ4EFgQUlBWT
ILFMzaaJQ0uEFJnY5yF0k1EwDwYDVR0TAQH/BAUwAwEB/zAOBgNVHQ8BAf8EBAMCAQYwCgYIKoZIzj0EAwIDSQAwRgIhAMGqzF2B+P9Bj5XmMQzj
hPP1/nyHBx+/WE9rjNX5RuT2AiEA/xEdebKEoyJWbaE+0Ofcw4xCjUebJMsMX7rSGG1n+hE=
-----END CERTIFICATE-----
"""
LABORATORY = """\
-----BEGIN CERTIFICATE-----
MIIBpjCCAUygAwIBAgIUG8VlK27nbqIM4lmZ77L8zeapjOcwCgYIKoZIzj0EAwIwHTEbMBkGA1UEAwwSSG9zcGl0YWwgQXV0aG9yaXR5MCAXDTIw
MDEwMTAwMDAwMFoYDzIxMjAwMTAxMDAwMDAwWjAWMRQwEgYDVQQDDAtsYWIuZXhhbXBsZTBZMBMGByqGSM49AgEGCCqGSM49AwEHA0IABI2DNTh/
6CxvAWTLhl1473anfJd4Oyv1pen6uU6ETZ+MBXsAGgF8yMyPUtKpFHPY5S98g8tGL6N42hM+imbAtM2jbzBtMB0GA1UdDgQWBBS8U9my9fTdWrWM
1MUHJs7TETyWjjAWBgNVHREEDzANggtsYWIuZXhhbXBsZTAfBgNVHSMEGDAWgBSUFZMgsUzNpolDS4QUmdjnIXSTUTATBgNVHSUEDDAKBggrBgEF
BQcDATAKBggqhkjOPQQDAgNIADBFAiEA2JbQ5Z7O8KKfI6eMroWwQEs9QiW5p64Hc0Zkagv5hr0CIEfuvJXAPbHLin37ZUteQNRc2zRbLRdIea1q
jZRuL/N1
-----END CERTIFICATE-----
-----BEGIN EC PRIVATE KEY-----
MHcCAQEEIK54ayJhlbN88qkVKXdEOfXtsFfcIaT6Jxpm+A6hI7v8oAoGCCqGSM49AwEHoUQDQgAEjYM1OH/oLG8BZMuGXXjvdqd8l3g7K/Wl6fq5
ToRNn4wFewAaAXzIzI9S0qkUc9jlL3yDy0Yvo3jaEz6KZsC0zQ==
-----END EC PRIVATE KEY-----
"""


async def laboratory(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """The laboratory (another one answers when this is graded)."""
    patient = (await reader.readline()).decode().strip()
    writer.write(f"{patient} is well\n".encode())
    writer.close()


async def ask(port: int, host: str, patient: str) -> str:
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=context)
    try:
        writer.write(f"{patient}\n".encode())
        return (await reader.readuntil(b"\n")).decode().strip()
    finally:
        writer.close()


async def main() -> None:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    with tempfile.NamedTemporaryFile("w") as file:
        file.write(LABORATORY)
        file.flush()
        context.load_cert_chain(file.name)
    async with await asyncio.start_server(laboratory, "127.0.0.1", 0, ssl=context) as server:
        port = server.sockets[0].getsockname()[1]
        # Somebody has diverted what was meant for the pharmacy.
        for host in ("lab.example", "pharmacy.example"):
            try:
                print(f"{host}: {await ask(port, host, 'Ann Lee')}")
            except ssl.SSLCertVerificationError:
                print(f"{host}: the certificate is not for this host")


if __name__ == "__main__":
    asyncio.run(main())
