type Close = () => Promise<void>;

export interface Closing {
  /** Remembers how to close something that was just started, and hands it on. */
  add<Part extends { close: Close }>(part: Part): Part;
  /** Closes everything, the latest first. Calling it again waits for the same end. */
  closeAll(): Promise<void>;
}

/** Keeps what was started in order, so that it can be closed in the opposite one, also after half a start. */
export function createClosing(): Closing {
  const parts: { close: Close }[] = [];
  let closing: Promise<void> | undefined;

  async function closeEach(): Promise<void> {
    const errors: unknown[] = [];
    for (let part = parts.pop(); part !== undefined; part = parts.pop()) {
      try {
        await part.close();
      } catch (error) {
        // What comes after must be closed all the same; nothing may be left running.
        errors.push(error);
      }
    }
    if (errors.length > 0) throw new AggregateError(errors, 'Some parts of the local cloud did not close properly.');
  }

  return {
    add(part) {
      parts.push(part);
      return part;
    },
    closeAll() {
      closing ??= closeEach();
      return closing;
    },
  };
}
