"""The address guard: what is refused, however it is spelled or wrapped."""

from ipaddress import ip_address, ip_network

import pytest

from crawler.addresses import AddressGuard, literal_address

LOOPBACK = """
    127.0.0.1 127.1 127.0.1 127.0.0.1. 127.255.255.254 2130706433 017700000001 0x7f000001 0x7f.1 0x7F.0.0.0x1 0177.0.0.1
    0177.0.0.01 127.0x0.1 [::1] ::1 0:0:0:0:0:0:0:1 [::ffff:127.0.0.1] ::ffff:7f00:1 ①②⑦.0.0.1 １２７.0.0.1 127。0。0。1
""".split()


class TestAddressGuard:
    @pytest.mark.parametrize(
        ("word", "addresses"),
        [
            ("unspecified", "0.0.0.0 0.1.2.3 ::"),
            ("loopback", "127.0.0.1 127.9.9.9 ::1"),
            ("private", "10.0.0.1 172.16.0.1 172.31.255.255 192.168.1.1 fc00::1 fd12::1 fec0::1 64:ff9b:1::808:808"),
            ("link-local", "169.254.1.1 fe80::1 fe80::1%eth0"),
            ("metadata", "169.254.169.254 168.63.129.16 100.100.100.200 fd00:ec2::254"),
            ("multicast", "224.0.0.1 239.255.255.255 ff02::1 ff0e::1"),
            (
                "reserved",
                "240.0.0.1 255.255.255.255 192.0.0.8 ::7f00:1 ::ffff:0:7f00:1 100::1 5f00::1 4000::1 2001:10::1",
            ),
            ("shared", "100.64.0.1 100.127.255.255"),
            ("relay", "192.88.99.1"),
            ("benchmarking", "198.18.0.1 198.19.255.255 2001:2::1"),
            ("documentation", "192.0.2.1 198.51.100.1 203.0.113.1 2001:db8::1 3fff::1"),
        ],
    )
    def test_refuses(self, word, addresses):
        """What is not plainly public is refused, and named for what it is."""
        said = [AddressGuard().why_refused(ip_address(address), 80) for address in addresses.split()]

        assert [True] * len(said) == [text is not None and text.split(" ", 1)[1].startswith(word) for text in said]

    @pytest.mark.parametrize(
        "wrapped",
        [
            "::ffff:127.0.0.1",
            "64:ff9b::7f00:1",
            "2002:7f00:1::1",
            "2001:0:808:808::80ff:fffe",  # a Teredo client
            "2001:0:7f00:1::f7f7:f7f7",  # a Teredo server
        ],
    )
    def test_unwraps(self, wrapped):
        """An inner address stays refused inside any wrapping."""
        assert "a loopback address" == AddressGuard().why_refused(ip_address(wrapped), 80)

    @pytest.mark.parametrize(
        "address",
        "8.8.8.8 1.1.1.1 2606:4700::1111 2a00:1450::1 ::ffff:8.8.8.8 64:ff9b::808:808 2002:808:808::1".split(),
    )
    def test_lets_public_addresses_through(self, address):
        """A public address is public in any wrapping, too."""
        assert AddressGuard().why_refused(ip_address(address), 443) is None

    def test_allows_what_is_named(self):
        """A network the operator names is open, on every port, and nothing beside it."""
        guard = AddressGuard(allowed=(ip_network("127.0.0.0/30"),))

        assert [None, None, "a loopback address"] == [
            guard.why_refused(ip_address(address), 9) for address in ("127.0.0.1", "::ffff:127.0.0.2", "127.0.0.4")
        ]

    def test_refuses_other_ports(self):
        """A public address answers on the ports of the web only."""
        assert "port 25" == AddressGuard().why_refused(ip_address("8.8.8.8"), 25)


class TestLiteralAddress:
    @pytest.mark.parametrize("spelling", LOOPBACK)
    def test_reads_every_spelling(self, spelling):
        """However loopback is spelled, it is read as loopback."""
        address = literal_address(spelling)

        assert address is not None
        assert address.is_loopback

    @pytest.mark.parametrize("name", ["site.test", "1.site.test", "0x7f.test", "127.0.0.1.site.test", "a", "", "x1"])
    def test_leaves_names_alone(self, name):
        """What does not end in a number is a name."""
        assert literal_address(name) is None

    @pytest.mark.parametrize(
        "text",
        [
            "256.0.0.1",
            "1.2.3.4.5",
            "08.8.8.8",
            "127..1",
            "4294967296",
            "1.2.3.256",
            "x.1",
            "[::1",
            "fe80::1%lo",
            "9" * 5000,
        ],
    )
    def test_refuses_look_alikes(self, text):
        """What only looks like an address is an error: others may read it as one."""
        with pytest.raises(ValueError, match=r"."):
            literal_address(text)
