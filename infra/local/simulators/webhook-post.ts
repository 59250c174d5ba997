/** One try to deliver a webhook: the status of the answer, or why there is none. */
export type Attempt = { at: string; status?: number; error?: string };

export type WebhookTarget = {
  /** Asked anew for each attempt; a provider with several addresses is told which of them the event is for. */
  webhookUrl: (endpoint?: string) => string;
  /** The headers that sign a body for the address, now. */
  headersFor: (body: string, endpoint?: string) => Record<string, string>;
};

/** What an attempt loses: nothing, its request, or the answer to it. */
export type Loss = 'none' | 'request' | 'answer';

const timeoutMs = 10_000;

/** Posts a webhook once. It never throws: that nobody listens is an attempt like others. */
export async function postWebhook(
  target: WebhookTarget,
  { body, endpoint, loss, stopped }: { body: string; endpoint?: string | undefined; loss: Loss; stopped: AbortSignal },
): Promise<Attempt> {
  const at = new Date().toISOString();
  if (loss === 'request') return { at, error: 'lost on its way' };
  try {
    const response = await fetch(target.webhookUrl(endpoint), {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...target.headersFor(body, endpoint) },
      body,
      redirect: 'manual',
      signal: AbortSignal.any([stopped, AbortSignal.timeout(timeoutMs)]),
    });
    await response.body?.cancel();
    return loss === 'answer' ? { at, error: `answer ${response.status} lost` } : { at, status: response.status };
  } catch (error) {
    return { at, error: String(error) };
  }
}
