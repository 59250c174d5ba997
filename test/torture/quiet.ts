/** Imported before any product code: a torture run makes thousands of faults on purpose, and each would be logged. */
process.env.POWERTOOLS_LOG_LEVEL = 'SILENT';
process.env.POWERTOOLS_METRICS_DISABLED = 'true';
