import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { digestSteps } from '../answers/data-answer.js';
import { onResponseClosed } from '../intake/client-gone.js';
import { requestState } from '../routes/request-state.js';
import type { RenderQueue, RenderSteps } from './render-queue.js';

/** Renders the body of one request when it is its account's turn. */
export interface AnswerRenderer {
  /** @param maxBytes the most that the body can come to */
  render(maxBytes: number, steps: () => RenderSteps): Promise<Buffer>;
}

const queues = new WeakMap<FastifyInstance['server'], RenderQueue>();

/** Gives the handlers of a server the queue in which their answers are rendered. */
export function installRenderQueue(server: FastifyInstance, queue: RenderQueue): void {
  queues.set(server.server, queue);
}

/** Handler parameter: the {@link AnswerRenderer} of the request. Not on public routes. */
export const Renderer = createParamDecorator((_data: unknown, context: ExecutionContext): AnswerRenderer => {
  const http = context.switchToHttp();
  const request = http.getRequest<FastifyRequest>();
  const { caller } = requestState(request);
  const queue = queues.get(request.server.server);
  if (caller === undefined || queue === undefined) throw new TypeError('this route has no caller to render for');
  return rendererFor(queue, caller.accountId, http.getResponse<FastifyReply>());
});

/** The tag of a long body takes as long as a part of it. */
function* withDigest(steps: RenderSteps): RenderSteps {
  const body = yield* steps;
  yield* digestSteps(body);
  return body;
}

function rendererFor(queue: RenderQueue, accountId: string, reply: FastifyReply): AnswerRenderer {
  return {
    render: async (maxBytes, steps) => {
      const closed = new AbortController();
      let release = () => closed.abort();
      onResponseClosed(reply, () => release());
      const rendered = await queue.render({ accountId, maxBytes, steps: () => withDigest(steps()) }, closed.signal);
      // The bytes belong to the account until its client has them, or is gone.
      if (closed.signal.aborted || reply.raw.destroyed) rendered.release();
      release = () => rendered.release();
      return rendered.body;
    },
  };
}
