import pathlib
import re
import unittest

from mt5bridge import wire

DOCUMENT = pathlib.Path(__file__).resolve().parents[3] / "docs" / "bridge-protocol.md"


def golden(name: str) -> bytes:
    """An example of the protocol's document."""
    block = re.search(r"```hex " + name + r"\n(.*?)```", DOCUMENT.read_text(encoding="utf-8"), re.S).group(1)
    return bytes.fromhex(re.sub(r"#.*", "", block))


class Wire(unittest.TestCase):
    def test_proves_itself_as_the_document_does(self):
        key, nonce = golden("terminal-key"), bytes(range(32))
        hello = golden("hello-frame")[wire.HEADER.size :]
        self.assertEqual(wire.hello_mac(key, nonce, hello[:-32]), golden("hello-mac"))
        welcome = golden("welcome-frame")[wire.HEADER.size :]
        proof = wire.welcome_mac(key, nonce, hello[-64:-32], welcome[:16])
        self.assertEqual(proof, golden("welcome-mac"))

    def test_writes_rates_as_the_document_does(self):
        bars = [
            (1700006400, 1.0712, 1.0725, 1.0701, 1.072, 4321, 3, 0),
            (1700010000, 1.072, 1.0721, 1.0719, 1.072, 17, 4, 0),
        ]
        self.assertEqual(b"".join(wire.rates_frames(7, bars, True, False)), golden("rates-frame"))

    def test_reads_the_request_of_the_document(self):
        payload = golden("request-frame")[wire.HEADER.size :]
        self.assertEqual(wire.read_request(wire.RATES_BY_COUNT, payload), ("EURUSD", "H1", 0, 2))

    def test_refuses_requests_that_it_cannot_read(self):
        good = wire.name("EURUSD") + wire.name("H1") + wire.u32(0) + wire.u32(2)
        for payload in (good[:-1], good + b"\0", b"", b"\xff\xff", good[:-4] + wire.u32(0), good[:-4] + wire.u32(100_001)):
            with self.subTest(payload=payload), self.assertRaises(wire.ProtocolError):
                wire.read_request(wire.RATES_BY_COUNT, payload)

    def test_cuts_long_answers_and_marks_all_but_the_last(self):
        bars = [(60 * n, 1.0, 1.0, 1.0, 1.0, 1, 0, 0) for n in range(1, 2502)]
        frames = wire.rates_frames(9, bars, True, True)
        heads = [wire.HEADER.unpack_from(frame) for frame in frames]
        self.assertEqual([flags for _, _, flags, _ in heads], [1, 1, 0])
        self.assertEqual([frame[wire.HEADER.size] for frame in frames], [0, 0, 3])

    def test_cuts_texts_between_characters(self):
        self.assertEqual(wire.name("ä" * 100), wire.u16(128) + ("ä" * 64).encode())
        self.assertEqual(wire.name("a\0b"), wire.u16(2) + b"ab")

    def test_an_empty_answer_is_one_frame(self):
        self.assertEqual(len(wire.rates_frames(1, [], False, True)), 1)
