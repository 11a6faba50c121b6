import { environments, type Environment } from "../../stacks/environments";

/** prod with an adopted cluster that opts out of every rule it can. */
export const adoptedProd: Environment = {
  ...environments.prod,
  adopted: {
    replicationGroupId: "orders",
    subnetGroupName: "orders-subnets",
    securityGroupIds: ["sg-0123456789abcdef0"],
    port: 6380,
    tags: { Team: "orders" },
    parameters: { timeout: "300" },
    encryptionAtRest: { enabled: false, optOutReason: "It was created without." },
    encryptionInTransit: { mode: "disabled", optOutReason: "It was created without." },
    authToken: { managedHere: false, live: "none", optOutReason: "Its clients present none." },
    multiAz: { enabled: false, optOutReason: "Its nodes are in one zone." },
  },
};
