import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from 'aws-cdk-lib';
import { afterAll, describe, expect, it } from 'vitest';
import { readDeployment } from '../../infra/config.ts';
import { TributaryStack } from '../../infra/tributary-stack.ts';
import { projectDirectory, synthesized } from './synthesized.ts';

const outdir = mkdtempSync(join(tmpdir(), 'tributary-app-'));
afterAll(() => rmSync(outdir, { recursive: true, force: true }));

/** Runs the app as the CDK's command line does. */
async function runApp(context: Record<string, string>): Promise<{ code: number | null; output: string }> {
  const cdk = JSON.parse(readFileSync(join(projectDirectory, 'cdk.json'), 'utf8'));
  const app = spawn(process.execPath, ['infra/app.ts'], {
    cwd: projectDirectory,
    env: {
      PATH: process.env.PATH,
      CDK_OUTDIR: outdir,
      CDK_CONTEXT_JSON: JSON.stringify({ ...cdk.context, ...context }),
    },
  });
  let output = '';
  for (const stream of [app.stdout, app.stderr]) {
    stream.on('data', (text) => {
      output += text;
    });
  }
  const code = await new Promise<number | null>((resolve) => app.once('close', resolve));
  return { code, output };
}

describe('The app', { timeout: 120_000 }, () => {
  it.each(['dev', 'staging', 'prod'])(
    'synthesizes %s with no finding of cdk-nag or of the validation of templates',
    async (stage) => {
      expect(await runApp({ stage })).toEqual({ code: 0, output: '' });
    },
  );

  it('is dev when no stage is named', async () => {
    const deployment = readDeployment(() => undefined);
    expect(deployment.stage.name).toBe('dev');
  });

  it.each([
    [{ stage: 'production' }, '-c stage=production is not usable: it must be one of dev, staging, prod.'],
    [{ alarmEmail: 'nobody' }, '-c alarmEmail=nobody is not usable: it must be an e-mail address.'],
    [
      { jwtIssuer: 'http://id.example.com', jwtAudience: 'a' },
      '-c jwtIssuer=http://id.example.com is not usable: it must be an https URL, without the path of its discovery document.',
    ],
    [
      { jwtIssuer: 'https://id.example.com' },
      'Give both jwtIssuer and jwtAudience, or neither to get a Cognito user pool.',
    ],
  ])('refuses %o in a sentence', async (context, sentence) => {
    expect(await runApp(context as Record<string, string>)).toEqual({ code: 1, output: `${sentence}\n` });
  });

  it('protects the stacks of staging and prod from being deleted, and not that of dev', () => {
    const isProtected = (stage: string) =>
      new TributaryStack(
        new App(),
        'Tributary',
        readDeployment((name) => (name === 'stage' ? stage : undefined)),
      ).terminationProtection;
    expect(['dev', 'staging', 'prod'].map(isProtected)).toEqual([false, true, true]);
  });

  it('tells what a user needs after a deployment', () => {
    expect(Object.keys(synthesized('prod').outputs).sort()).toEqual([
      'AdMobWebhookUrl',
      'AdSigningSecretName',
      'AdWebhookUrl',
      'AlarmTopicArn',
      'ApiUrl',
      'AppClientId',
      'AppleSecretName',
      'AppleWebhookUrl',
      'ApproverClientId',
      'BusinessDashboard',
      'EventBusName',
      'GiftBillingSecretName',
      'GiftBillingUrl',
      'GoogleSecretName',
      'GoogleWebhookUrl',
      'LedgerTableName',
      'OperatorClientId',
      'PayPalSecretName',
      'PayPalWebhookUrl',
      'PlumbingDashboard',
      'ReportsBucketName',
      'StripeConnectSecretName',
      'StripeConnectWebhookUrl',
      'StripeSecretName',
      'StripeWebhookUrl',
      'TokenEndpoint',
      'UserPoolId',
      'WebhookSigningSecretName',
    ]);
  });

  it('gives coins for what license testers buy at Google Play, except in prod', () => {
    const settings = (stage: 'dev' | 'staging' | 'prod') => [
      ...new Set(
        synthesized(stage)
          .ofType('AWS::Lambda::Function')
          .flatMap(({ properties }) => properties.Environment?.Variables?.GOOGLE_TEST_PURCHASES ?? []),
      ),
    ];
    expect([settings('dev'), settings('staging'), settings('prod')]).toEqual([['credited'], ['credited'], ['parked']]);
  });

  it('takes what was bought in the App Store for real in prod alone', () => {
    const worlds = (stage: 'dev' | 'staging' | 'prod') => {
      const variables = synthesized(stage)
        .ofType('AWS::Lambda::Function')
        .map(({ properties }) => properties.Environment?.Variables ?? {});
      return [
        ...new Set(
          variables.flatMap(({ APPLE_ENVIRONMENT, APPLE_API_URL = '' }) => APPLE_ENVIRONMENT ?? APPLE_API_URL),
        ),
      ];
    };
    expect([worlds('dev'), worlds('staging'), worlds('prod')].map((found) => found.filter(Boolean))).toEqual([
      ['Sandbox'],
      ['Sandbox'],
      ['Production'],
    ]);
  });

  it('sends test money to sandboxes: only prod pays through the real PayPal', () => {
    const urls = (stage: 'dev' | 'staging' | 'prod') => {
      const variables = synthesized(stage)
        .ofType('AWS::Lambda::Function')
        .map(({ properties }) => properties.Environment?.Variables ?? {});
      return [...new Set(variables.flatMap(({ PAYPAL_API_URL }) => PAYPAL_API_URL ?? []))];
    };
    expect(urls('dev')).toEqual(['https://api-m.sandbox.paypal.com']);
    expect(urls('staging')).toEqual(['https://api-m.sandbox.paypal.com']);
    expect(urls('prod')).toEqual(['https://api-m.paypal.com']);
  });

  it('lets diamonds mature for 14 days where money is real, and at once in dev', () => {
    const days = (stage: 'dev' | 'staging' | 'prod') =>
      synthesized(stage)
        .ofType('AWS::Lambda::Function')
        .flatMap(({ properties }) => properties.Environment?.Variables.MATURITY_DAYS ?? []);
    expect([days('dev'), days('staging'), days('prod')]).toEqual([
      ['0', '0'],
      ['14', '14'],
      ['14', '14'],
    ]);
  });
});
