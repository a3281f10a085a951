import { ValidateBy } from 'class-validator';
import { isAddress, isAddressOrNetwork } from './address-list.js';

/** One address. */
export function IsAddress(): PropertyDecorator {
  const validate = (value: unknown) => typeof value === 'string' && isAddress(value);
  const message = 'must be an address, such as 192.0.2.7 or 2001:db8::1';
  return ValidateBy({ name: 'address', validator: { validate } }, { message });
}

/** Each entry is an address or a network. */
export function IsAddressList(): PropertyDecorator {
  const validate = (value: unknown) => typeof value === 'string' && isAddressOrNetwork(value);
  const message = 'must each be an address or a network, such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32';
  return ValidateBy({ name: 'address', validator: { validate } }, { each: true, message });
}
