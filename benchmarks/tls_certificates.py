# /// script
# requires-python = ">=3.11"
# dependencies = ["cryptography>=43"]
# ///
"""Make the certificates of the exercise `tls` anew: `uv run benchmarks/tls_certificates.py`.

They are kept in the files themselves, so that a learner's program runs alone, without files beside it and without a
package that could make certificates. They are valid until 2120, but for the one that has expired and the one that is
not valid yet. All certificates of servers have one key; the keys of the authorities are kept by nobody.
"""

from __future__ import annotations

import re
from datetime import datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

ROOT = Path(__file__).resolve().parents[1]
FILES = [
    *(ROOT / tree / "09_network/tls.py" for tree in ("exercises", "grader/handout", "solutions")),
    *(ROOT / "tests/answers/09_network/tls").glob("*.py"),
    ROOT / "tests/hidden/09_network/test_tls.py",
]
LONG_AGO, PAST, FUTURE, FAR = (datetime(year, 1, 1) for year in (2020, 2021, 2110, 2120))
HOSTS = ["lab.example", "ward.example", "x-ray.example", "pharmacy.example"]


def name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


class Authority:
    def __init__(self, text: str) -> None:
        self.name, self.key = name(text), generate_private_key(SECP256R1())
        builder = _builder(self.name, self.name, self.key, LONG_AGO, FAR)
        builder = builder.add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        signs = x509.KeyUsage(
            digital_signature=False, content_commitment=False, key_encipherment=False, data_encipherment=False,
            key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
        )  # fmt: skip
        self.certificate = builder.add_extension(signs, critical=True).sign(self.key, SHA256())

    def issue(
        self, key: EllipticCurvePrivateKey, hosts: list[str], since: datetime = LONG_AGO, until: datetime = FAR
    ) -> x509.Certificate:
        builder = _builder(name(hosts[0]), self.name, key, since, until)
        return _for_hosts(builder, hosts, self.key).sign(self.key, SHA256())


def self_signed(key: EllipticCurvePrivateKey, hosts: list[str]) -> x509.Certificate:
    own = name(hosts[0])
    return _for_hosts(_builder(own, own, key, LONG_AGO, FAR), hosts, key).sign(key, SHA256())


def _builder(
    subject: x509.Name, issuer: x509.Name, key: EllipticCurvePrivateKey, since: datetime, until: datetime
) -> x509.CertificateBuilder:
    builder = x509.CertificateBuilder(issuer, subject, key.public_key(), x509.random_serial_number(), since, until)
    return builder.add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)


def _for_hosts(
    builder: x509.CertificateBuilder, hosts: list[str], signed_by: EllipticCurvePrivateKey
) -> x509.CertificateBuilder:
    names = x509.SubjectAlternativeName([x509.DNSName(host) for host in hosts])
    by = x509.AuthorityKeyIdentifier.from_issuer_public_key(signed_by.public_key())
    usage = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH])
    return (
        builder.add_extension(names, critical=False)
        .add_extension(by, critical=False)
        .add_extension(usage, critical=False)
    )


def pem(made: x509.Certificate | EllipticCurvePrivateKey) -> str:
    """In lines of up to 112 characters: a learner has to scroll past it."""
    if isinstance(made, x509.Certificate):
        text = made.public_bytes(Encoding.PEM).decode()
    else:
        text = made.private_bytes(Encoding.PEM, PrivateFormat.TraditionalOpenSSL, NoEncryption()).decode()
    begin, *lines, end = text.splitlines()
    data = "".join(lines)
    return "\n".join([begin, *(data[start : start + 112] for start in range(0, len(data), 112)), end, ""])


def main() -> None:
    authority, key = Authority("Hospital Authority"), generate_private_key(SECP256R1())
    of_suite, suite_key = Authority("Clinic Authority"), generate_private_key(SECP256R1())
    made = {
        "AUTHORITY": pem(authority.certificate),
        "LABORATORY": pem(authority.issue(key, ["lab.example"])) + pem(key),
        "CLINIC": pem(of_suite.certificate),
        "KEY": pem(suite_key),
        "RIGHT": pem(of_suite.issue(suite_key, HOSTS)),
        "ELSEWHERE": pem(of_suite.issue(suite_key, ["kitchen.example"])),
        "EXPIRED": pem(of_suite.issue(suite_key, HOSTS, LONG_AGO, PAST)),
        "EARLY": pem(of_suite.issue(suite_key, HOSTS, FUTURE, FAR)),
        "STRANGER": pem(Authority("Clinic Authority").issue(suite_key, HOSTS)),
        "SELF_SIGNED": pem(self_signed(suite_key, HOSTS)),
    }
    for path in FILES:
        text = path.read_text()
        for constant, value in made.items():
            text = re.sub(rf'^{constant} = """\\\n.*?"""', f'{constant} = """\\\\\n{value}"""', text, flags=re.M | re.S)
        path.write_text(text)


if __name__ == "__main__":
    main()
