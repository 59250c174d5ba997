import type { Construct } from 'constructs';
import type {
  GetWalletEnvironment,
  ListWalletEntriesEnvironment,
  PutUserEnvironment,
} from '../shared/users/environments.ts';
import { getWalletRoute, listWalletEntriesRoute, putUserRoute } from '../shared/users/routes.ts';
import { Capability } from './capability.ts';
import type { Foundation } from './foundation.ts';
import { TributaryFunction } from './function.ts';

/** Users, their wallets and statements. */
export class Users extends Capability {
  constructor(scope: Construct, id: string, foundation: Foundation) {
    super(scope, id, foundation, 'users, their wallets and statements');
    const { ledger, api } = foundation;

    const putUser = new TributaryFunction<typeof PutUserEnvironment>(this, 'PutUser', foundation, {
      code: 'users/put-user',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName },
      impact: 'People cannot be registered, so new fans can neither buy nor gift.',
    });
    ledger.grantPutUser(putUser);
    api.serve(putUserRoute, putUser);

    const getWallet = new TributaryFunction<typeof GetWalletEnvironment>(this, 'GetWallet', foundation, {
      code: 'users/get-wallet',
      trigger: 'request',
      environment: { LEDGER_TABLE: ledger.table.tableName, CATALOG_TABLE: ledger.catalog.tableName },
      impact: 'Fans do not see their balance.',
    });
    ledger.grantGetWallet(getWallet);
    api.serve(getWalletRoute, getWallet);

    const listWalletEntries = new TributaryFunction<typeof ListWalletEntriesEnvironment>(
      this,
      'ListWalletEntries',
      foundation,
      {
        code: 'users/list-wallet-entries',
        trigger: 'request',
        environment: { LEDGER_TABLE: ledger.table.tableName },
        impact: 'Fans do not see their statement.',
      },
    );
    ledger.grantListWalletEntries(listWalletEntries);
    api.serve(listWalletEntriesRoute, listWalletEntries);
  }
}
