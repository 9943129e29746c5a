import type { Value } from "../framework/value.ts";

/** A property, and the values with which everyone has access: anyone at all, or any account of AWS. */
export interface PublicGrant {
  readonly path: string;
  readonly opens: readonly Value[];
}

const everyone = ["all", "*"];
const acls = [
  "public-read",
  "public-read-write",
  "authenticated-read",
  "http://acs.amazonaws.com/groups/global/AllUsers",
  "http://acs.amazonaws.com/groups/global/AuthenticatedUsers",
];
const blocks = ["blockPublicAcls", "blockPublicPolicy", "ignorePublicAcls", "restrictPublicBuckets"];
const acl: readonly PublicGrant[] = [{ path: "acl", opens: acls }];
const bucketAcl: readonly PublicGrant[] = [...acl, { path: "accessControlPolicy", opens: acls }];

/** The four settings that block public access to S3. @param unset what one that isn't set amounts to */
function open(folder: string, unset: boolean): readonly PublicGrant[] {
  return blocks.map((name) => ({ path: `${folder}${name}`, opens: unset ? [false] : [false, undefined] }));
}

/**
 * What shares a resource with everyone other than by a policy, by type.
 * [EC2, RDS, KMS, Lake Formation, Signer and Storage Gateway APIs; S3 user guide, canned ACLs and Block Public Access; Cognito, identity pools; @pulumi/aws 7.48, defaults]
 */
export const publicGrants: Readonly<Record<string, readonly PublicGrant[]>> = {
  "aws:cognito/identityPool:IdentityPool": [{ path: "allowUnauthenticatedIdentities", opens: [true] }],
  "aws:ec2/amiLaunchPermission:AmiLaunchPermission": [{ path: "group", opens: everyone }],
  "aws:ebs/snapshotBlockPublicAccess:SnapshotBlockPublicAccess": [{ path: "state", opens: ["unblocked"] }],
  "aws:ec2/imageBlockPublicAccess:ImageBlockPublicAccess": [{ path: "state", opens: ["unblocked"] }],
  "aws:ec2/snapshotCreateVolumePermission:SnapshotCreateVolumePermission": [
    { path: "accountId", opens: everyone },
  ],
  "aws:ec2/vpcEndpointService:VpcEndpointService": [{ path: "allowedPrincipals", opens: everyone }],
  "aws:ec2/vpcEndpointServiceAllowedPrinciple:VpcEndpointServiceAllowedPrinciple": [
    { path: "principalArn", opens: everyone },
  ],
  "aws:kms/grant:Grant": [{ path: "granteePrincipal", opens: everyone }],
  "aws:lakeformation/permissions:Permissions": [
    { path: "principal", opens: ["IAM_ALLOWED_PRINCIPALS", "EVERYONE"] },
  ],
  ...Object.fromEntries(
    [
      "aws:rds/clusterSnapshot:ClusterSnapshot",
      "aws:rds/clusterSnapshotCopy:ClusterSnapshotCopy",
      "aws:rds/snapshot:Snapshot",
      "aws:rds/snapshotCopy:SnapshotCopy",
    ].map((type) => [type, [{ path: "sharedAccounts", opens: everyone }]]),
  ),
  "aws:signer/signingProfilePermission:SigningProfilePermission": [{ path: "principal", opens: everyone }],
  "aws:storagegateway/nfsFileShare:NfsFileShare": [{ path: "clientLists", opens: ["0.0.0.0/0", "::/0"] }],
  "aws:s3/accessPoint:AccessPoint": open("publicAccessBlockConfiguration.", true),
  "aws:s3/accountPublicAccessBlock:AccountPublicAccessBlock": open("", false),
  "aws:s3/bucketAcl:BucketAcl": bucketAcl,
  "aws:s3/bucketAclV2:BucketAclV2": bucketAcl,
  "aws:s3/bucketObject:BucketObject": acl,
  "aws:s3/bucketObjectv2:BucketObjectv2": acl,
  "aws:s3/objectCopy:ObjectCopy": acl,
  "aws:s3control/multiRegionAccessPoint:MultiRegionAccessPoint": open("details.publicAccessBlock.", true),
};
