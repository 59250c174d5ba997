import { App, Validations } from 'aws-cdk-lib';
import { AwsSolutionsChecks, ServerlessChecks } from 'cdk-nag';
import { readDeployment, UnusableContext } from './config.ts';
import { TributaryStack } from './tributary-stack.ts';

try {
  const app = new App();
  const deployment = readDeployment((name) => app.node.tryGetContext(name));
  new TributaryStack(app, `Tributary-${deployment.stage.name}`, deployment);
  Validations.of(app).addPlugins(new AwsSolutionsChecks(app), new ServerlessChecks(app));
} catch (error) {
  if (!(error instanceof UnusableContext)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
}
