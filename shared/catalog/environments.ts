import * as z from 'zod/mini';
import { TableName } from '../environment.ts';

export const ReadCatalogEnvironment = z.object({ CATALOG_TABLE: TableName });
export const SeedCatalogEnvironment = z.object({ CATALOG_TABLE: TableName });
