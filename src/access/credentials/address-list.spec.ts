import { BlockList, isIP, isIPv4 } from 'node:net';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { addressGroup, holdsAddress, isAddressOrNetwork } from './address-list.js';

describe('address lists', () => {
  it.each([
    ['192.0.2.7', ['192.0.2.7']],
    ['192.0.2.7', ['198.51.100.0/24', '192.0.2.0/24']],
    ['::ffff:192.0.2.7', ['192.0.2.0/29']],
    ['192.0.2.7', ['::ffff:192.0.2.0/125']],
    ['2001:db8::1', ['2001:DB8::/32']],
    ['2001:db8:0:0:0:0:0:1', ['2001:db8::1']],
    ['10.0.0.1', ['0.0.0.0/0']],
    ['2001:db8::1', ['::/0']],
    ['anything', []],
  ])('hold %s: %j', (address, list) => expect(holdsAddress(list, address)).toBe(true));

  it.each([
    ['192.0.2.8', ['192.0.2.0/29']],
    ['2001:db9::1', ['2001:db8::/32']],
    ['2001:db8::1', ['0.0.0.0/0']],
    ['unknown', ['0.0.0.0/0', '::/0']],
    ['', ['::/0']],
    ['192.0.2.7:80', ['192.0.2.7']],
    ['fe80::1%eth0', ['fe80::/10']],
  ])('do not hold %s: %j', (address, list) => expect(holdsAddress(list, address)).toBe(false));

  it.each([
    '',
    'localhost',
    '1.2.3',
    '1.2.3.4.5',
    '1.2.3.256',
    '01.2.3.4',
    '1.2.3.4/33',
    '1.2.3.4/',
    '1.2.3.4/08',
    '1.2.3.4/8/8',
    ' 1.2.3.4',
    '1.2.3.4\n',
    '::1/129',
    ':::',
    '1::2::3',
    '1:2:3:4:5:6:7',
    '1:2:3:4:5:6:7:8:9',
    '1:2:3:4:5:6:7::8:9',
    '1.2.3.4::',
    '::1.2.3',
    'g::1',
    '::12345',
    '*',
  ])('know that %j is neither address nor network', (text) => expect(isAddressOrNetwork(text)).toBe(false));

  it('refuse what is far too long without reading it', () => {
    expect(isAddressOrNetwork(':'.repeat(100_000))).toBe(false);
    expect(isAddressOrNetwork(`1.2.3.4/${'1'.repeat(100_000)}`)).toBe(false);
  });

  it('agree with Node about what an address is and which network it is in', () => {
    const wide = { address: fc.oneof(fc.ipV4(), fc.ipV6()), network: fc.oneof(fc.ipV4(), fc.ipV6()) };
    fc.assert(
      fc.property(fc.record({ ...wide, length: fc.nat(128) }), ({ address, network, length }) => {
        expect(isAddressOrNetwork(address)).toBe(isIP(address) > 0);
        const bits = isIPv4(network) ? length % 33 : length;
        const list = new BlockList();
        list.addSubnet(network, bits, isIPv4(network) ? 'ipv4' : 'ipv6');
        // Node takes ::/0 for every IPv4 address too, and a mapped address for both of its kinds.
        fc.pre(isIPv4(network) === isIPv4(address) && !/^(0*:)*:?(0*:)*ffff:/i.test(`${address} ${network}`));
        expect(holdsAddress([`${network}/${bits}`], address)).toBe(
          list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6'),
        );
      }),
    );
  });

  it('count an IPv6 network of 64 bits as one, IPv4 addresses as themselves, in either spelling', () => {
    expect(addressGroup('2001:db8::1')).toBe(addressGroup('2001:db8:0:0:ffff::'));
    expect(addressGroup('2001:db8:0:1::1')).not.toBe(addressGroup('2001:db8::1'));
    expect(addressGroup('192.0.2.1')).not.toBe(addressGroup('192.0.2.2'));
    expect(addressGroup('::ffff:192.0.2.1')).not.toBe(addressGroup('::ffff:192.0.2.2'));
    expect(addressGroup('x'.repeat(5000)).length).toBeLessThan(100);
  });
});
