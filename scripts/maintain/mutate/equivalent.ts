/** Sabotages that change nothing which a user or AWS could notice, by id, each with its reason. They are not tried. */
export const equivalent: Readonly<Record<string, string>> = {
  "52cc476719": "An earlier rule of the variable asks for cache. at the beginning.",
  "3573a29401": "An earlier rule of the variable asks for cache. at the beginning.",
  "0bbc8145bd": "An earlier rule of the variable asks for cache. at the beginning.",
  "5067469fa2": "An earlier rule of the variable asks for cache. at the beginning.",
  "2766fa39a7":
    "A backup exactly as old as the limit, to the millisecond, takes more calls and is chosen all the same.",
  "885b4f33b3": "At exactly that time the keys are read once more.",
  "4e6ce44bb6": "One millisecond inside of a margin of an hour.",
  "22bb104db3": "One millisecond inside of a margin of an hour.",
  dc8faf41bc: "S3 lists by a prefix that is the beginning, and the time in the key leaves nothing else.",
  "8a5bdf6ec1": "The loop over none does nothing; only the AWS SDK is loaded in vain.",
  "130f797c42": "The loop over none does nothing; only the AWS SDK is loaded in vain.",
  "47dd69dfd4": "Reached only where the major versions differ.",
  "9587e92cf3": "Both groups of the pattern match, or neither does.",
  f8058bf15d: "The sums of pauses never are twelve hours exactly.",
  "213c87eff6": "Only whether the member is there is read.",
  "9d2ff298f6": "The execution's own ARN is excluded before.",
  "24490aaaf8": "The second half only narrows the type for the compiler.",
  "688c045e10": "A function that ends returns undefined as well.",
  "839538587b": "The states that follow read variables only; the answer is handed on in vain.",
  "6b51bd9dfe":
    "HCL converts the key true to a string as it does the name; the writer quotes it for those who read it.",
  "35fee6a373": "All maintenance windows have the same length.",
  "2fcb2cb71d": "A synth only takes more time and memory.",
  "074f063fb8": "An async function that returns a promise hands on what it resolves to.",
  b15ccbbfec: "HCL converts the key false to a string as it does the name; the writer quotes it for those who read it.",
};
