import { type CanActivate, type ExecutionContext, Injectable, type OnModuleInit } from '@nestjs/common';
import { HttpAdapterHost } from '@nestjs/core';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Tier } from '../config/index.js';
import {
  type AccessRule,
  accessRuleOf,
  type Caller,
  checkQuery,
  findAccessRule,
  type GatewayHttpAdapter,
  NoQuery,
  type ParameterFault,
  type RawQuery,
  requestState,
  routedPathOf,
  RouteWithoutRuleError,
  throwFaults,
} from '../http/index.js';
import { GatewayError, isGatewayError } from '../kernel/index.js';
import { ScopeRequiredError, TierRequiredError } from './access.errors.js';
import { KeyAdmission } from './admission/key-admission.js';
import { KeyLastUse } from './admission/key-last-use.js';
import { KeyUseAudit } from './admission/key-use-audit.js';
import { refuseKeyInQuery } from './credentials/presented-keys.js';
import { RateAccounting } from './limits/rate-accounting.js';
import { TierCatalog } from './tiers/tier-catalog.js';

type KeyedRule = Exclude<AccessRule, { kind: 'public' }>;

/**
 * The one place that decides whether a request reaches its handler, and in which order reasons to refuse it count:
 * key in the query string, key, parameters, symbol and timeframe exist, tier, limit. (A terminal refuses
 * after all of these, in the handler.) The key is checked before the body is read, so
 * that strangers cannot make the gateway parse what they send.
 */
@Injectable()
export class AccessGuard implements CanActivate, OnModuleInit {
  constructor(
    private readonly keys: KeyAdmission,
    private readonly catalog: TierCatalog,
    private readonly accounting: RateAccounting,
    private readonly audit: KeyUseAudit,
    private readonly lastUse: KeyLastUse,
    private readonly host: HttpAdapterHost<GatewayHttpAdapter>,
  ) {}

  onModuleInit(): void {
    this.host.httpAdapter.getInstance().addHook('onRequest', async (request) => {
      const rule = accessRuleOf(request);
      if (rule === undefined || rule.kind === 'public' || !mayHaveBody(request)) return;
      await this.watched(request, async () => {
        refuseKeyInQuery(request.query as RawQuery);
        await this.authenticate(rule, request);
      });
    });
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const rule = findAccessRule(context.getHandler());
    if (rule === undefined)
      throw new RouteWithoutRuleError([`${context.getClass().name}.${context.getHandler().name}`]);
    const http = context.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    await this.watched(request, () => this.admit(rule, request, http.getResponse<FastifyReply>()));
    return true;
  }

  /** Audits the refusals that concern the key. */
  private async watched(request: FastifyRequest, work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      if (concernsKey(error)) this.audit.refused(request, error, requestState(request).caller?.keyId);
      throw error;
    }
  }

  private async admit(rule: AccessRule, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const query = request.query as RawQuery;
    const isApi = routedPathOf(request).startsWith('/api/');
    if (isApi) refuseKeyInQuery(query);
    if (rule.kind === 'public') {
      if (isApi) throwFaults([], checkQuery(NoQuery, query).unknown);
      return;
    }
    const caller = requestState(request).caller ?? (await this.authenticate(rule, request));
    const asked = this.readParameters(rule, request, query);
    if (rule.kind === 'customer') {
      this.admitCustomer(rule, request, { caller, asked });
      await this.accounting.take(request, reply);
    }
    this.lastUse.note(caller.keyId);
    this.audit.used(request, caller);
  }

  private async authenticate(rule: KeyedRule, request: FastifyRequest): Promise<Caller> {
    const { key, account } = await this.keys.admit(rule, request);
    const tier = this.catalog.get(account.tier);
    const caller = { keyId: key.id, accountId: account.id, kind: key.kind, tier, keyTier: tier, scopes: key.scopes };
    requestState(request).caller = caller;
    if (rule.kind === 'customer' && rule.counted) this.accounting.begin(request, account.id, tier);
    requireScope(rule, caller);
    return caller;
  }

  /** Reports all faults of query and headers together. Returns the tier that X-User-Tier asks for. */
  private readParameters(rule: KeyedRule, request: FastifyRequest, query: RawQuery): Tier | undefined {
    const checked = checkQuery(rule.query ?? NoQuery, query);
    const header = rule.kind === 'customer' ? request.headers['x-user-tier'] : undefined;
    const asked = header === undefined ? undefined : this.catalog.find(String(header));
    const faults: ParameterFault[] = [...checked.invalid];
    if (header !== undefined && asked === undefined) {
      faults.push({ parameter: 'X-User-Tier', message: `must be ${this.catalog.tierNames.join(' or ')}` });
    }
    throwFaults(faults, checked.unknown);
    requestState(request).query = checked.query;
    return asked;
  }

  private admitCustomer(
    rule: Extract<AccessRule, { kind: 'customer' }>,
    request: FastifyRequest,
    { caller, asked }: { caller: Caller; asked: Tier | undefined },
  ): void {
    const state = requestState(request);
    if (rule.series) {
      const { symbol, timeframe } = request.params as { symbol?: string; timeframe?: string };
      if (symbol !== undefined) state.symbol = this.catalog.symbol(symbol);
      if (timeframe !== undefined) state.timeframe = this.catalog.timeframe(timeframe);
    }
    const tier = this.catalog.lowered(caller.keyTier, asked);
    state.caller = { ...caller, tier };
    this.catalog.assertAllowed(tier, state.symbol, state.timeframe);
  }
}

function requireScope(rule: KeyedRule, caller: Caller): void {
  if (rule.kind === 'customer') {
    if (rule.data && caller.kind === 'adm') throw ScopeRequiredError.forCustomers();
    return;
  }
  if (caller.kind !== 'adm') throw ScopeRequiredError.forAdmins(rule.scope);
  if (caller.scopes.includes('*') || caller.scopes.includes(rule.scope)) return;
  throw new ScopeRequiredError(`this admin key lacks the scope ${rule.scope}`, rule.scope);
}

/** The methods whose bodies Fastify reads. */
function mayHaveBody({ method }: FastifyRequest): boolean {
  return method !== 'GET' && method !== 'HEAD';
}

/** Refusals that are audited in addition to those of the key itself. */
function concernsKey(error: unknown): error is GatewayError {
  if (error instanceof ScopeRequiredError || error instanceof TierRequiredError) return true;
  return isGatewayError(error) && error.code === 'key-in-query';
}
