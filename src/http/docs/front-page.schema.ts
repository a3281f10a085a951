import { Schema, Text } from '../members.js';

@Schema('The answer at `/` where the documentation is switched off.')
export class FrontPageSchema {
  @Text('Name of the product.', 'mt5-gateway') readonly name!: string;
  @Text('Version of the gateway.', '0.1.0') readonly version!: string;
  @Text('Path of the health summary.', '/api/health') readonly health!: string;
}
