import { ApiProperty, ApiSchema } from '@nestjs/swagger';

/** What answers at `/` where the documentation is switched off. */
@ApiSchema({ description: 'What answers at `/` where the documentation is switched off.' })
export class FrontPageSchema {
  @ApiProperty({ description: 'Name of the product.', example: 'mt5-gateway' })
  readonly name!: string;

  @ApiProperty({ description: 'Version of the gateway.', example: '0.1.0' })
  readonly version!: string;

  @ApiProperty({ description: 'Path of the health summary.', example: '/api/health' })
  readonly health!: string;
}
