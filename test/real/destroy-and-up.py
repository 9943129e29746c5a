"""Makes the named parts of an environment on moto's AWS, deletes them in the order of the plan, and makes them again.

Reads a JSON list of {urn, type, name, inputs, dependencies} from standard input. What the next environment of the name
would stumble over is printed, one line each; nothing where all names are free and no volume is left.
"""

import json
import sys

import boto3
from botocore.exceptions import ClientError
from moto import mock_aws

region = "us-east-1"


def client(service):
    return boto3.client(service, region_name=region, aws_access_key_id="x", aws_secret_access_key="x")


def make(resource):
    type_, inputs = resource["type"], resource["inputs"]
    if type_ == "aws:secretsmanager/secret:Secret":
        client("secretsmanager").create_secret(Name=inputs["name"], SecretString="x")
    elif type_ == "aws:kms/key:Key":
        resource["id"] = client("kms").create_key()["KeyMetadata"]["KeyId"]
    elif type_ == "aws:kms/alias:Alias":
        key = by_urn[next(urn for urn in resource["dependencies"] if "kms/key:Key" in urn)]
        client("kms").create_alias(AliasName=inputs["name"], TargetKeyId=key["id"])
    elif type_ == "aws:cloudwatch/logGroup:LogGroup":
        client("logs").create_log_group(logGroupName=inputs["name"])
    elif type_ == "aws:iam/role:Role" and "name" in inputs:
        client("iam").create_role(RoleName=inputs["name"], AssumeRolePolicyDocument="{}")
    elif type_ == "aws:iam/instanceProfile:InstanceProfile":
        client("iam").create_instance_profile(InstanceProfileName=inputs["name"])
        client("iam").add_role_to_instance_profile(InstanceProfileName=inputs["name"], RoleName=inputs["role"])
    elif type_ == "aws:s3/bucket:Bucket":
        client("s3").create_bucket(Bucket=inputs["bucket"])
        client("s3").put_object(Bucket=inputs["bucket"], Key="weights", Body=b"x")
    elif type_ == "aws:sqs/queue:Queue":
        client("sqs").create_queue(QueueName=inputs["name"])
    elif type_ == "aws:sns/topic:Topic":
        client("sns").create_topic(Name=inputs["name"])
    elif type_ == "aws:budgets/budget:Budget":
        limit = {"Amount": inputs["limitAmount"], "Unit": inputs["limitUnit"]}
        budget = {"BudgetName": inputs["name"], "BudgetType": "COST", "TimeUnit": "MONTHLY", "BudgetLimit": limit}
        client("budgets").create_budget(AccountId="123456789012", Budget=budget)
    elif type_ == "eks:index:Cluster":
        client("eks").create_cluster(name=inputs["name"], roleArn="arn:aws:iam::123456789012:role/x", resourcesVpcConfig={})
    elif is_claims(resource):
        # What the driver makes for the claims of Prometheus and Alertmanager.
        resource["volume"] = client("ec2").create_volume(AvailabilityZone=f"{region}a", Size=1)["VolumeId"]


def delete(resource):
    type_, inputs = resource["type"], resource["inputs"]
    if type_ == "aws:secretsmanager/secret:Secret":
        days = inputs["recoveryWindowInDays"]
        how = {"RecoveryWindowInDays": days} if days > 0 else {"ForceDeleteWithoutRecovery": True}
        client("secretsmanager").delete_secret(SecretId=inputs["name"], **how)
    elif type_ == "aws:kms/key:Key":
        client("kms").schedule_key_deletion(KeyId=resource["id"], PendingWindowInDays=inputs["deletionWindowInDays"])
    elif type_ == "aws:kms/alias:Alias":
        client("kms").delete_alias(AliasName=inputs["name"])
    elif type_ == "aws:cloudwatch/logGroup:LogGroup":
        if inputs["deletionProtectionEnabled"]:
            # Later than moto.
            print(f"destroy LogGroup {resource['name']}: protected")
            return
        client("logs").delete_log_group(logGroupName=inputs["name"])
    elif type_ == "aws:iam/role:Role" and "name" in inputs:
        client("iam").delete_role(RoleName=inputs["name"])
    elif type_ == "aws:iam/instanceProfile:InstanceProfile":
        client("iam").remove_role_from_instance_profile(InstanceProfileName=inputs["name"], RoleName=inputs["role"])
        client("iam").delete_instance_profile(InstanceProfileName=inputs["name"])
    elif type_ == "aws:s3/bucket:Bucket":
        if inputs["forceDestroy"]:
            client("s3").delete_object(Bucket=inputs["bucket"], Key="weights")
        client("s3").delete_bucket(Bucket=inputs["bucket"])
    elif type_ == "aws:sqs/queue:Queue":
        client("sqs").delete_queue(QueueUrl=client("sqs").get_queue_url(QueueName=inputs["name"])["QueueUrl"])
    elif type_ == "aws:sns/topic:Topic":
        client("sns").delete_topic(TopicArn=f"arn:aws:sns:{region}:123456789012:{inputs['name']}")
    elif type_ == "aws:budgets/budget:Budget":
        client("budgets").delete_budget(AccountId="123456789012", BudgetName=inputs["name"])
    elif type_ == "eks:index:Cluster":
        client("eks").delete_cluster(name=inputs["name"])
    elif is_claims(resource):
        spec = inputs["values"]["prometheus"]["prometheusSpec"]
        driver = any("ebs-csi-driver" in each["name"] for each in present if each["type"] == "aws:eks/addon:Addon")
        if spec["persistentVolumeClaimRetentionPolicy"]["whenDeleted"] == "Delete" and driver:
            client("ec2").delete_volume(VolumeId=resource["volume"])


def is_claims(resource):
    return resource["type"].endswith("helm.sh/v3:Release") and resource["name"] == "monitoring"


def ordered():
    """Every resource after all that it waits for."""
    done, order = set(), []

    def visit(urn):
        if urn in done or urn not in by_urn:
            return
        done.add(urn)
        for before in by_urn[urn]["dependencies"]:
            visit(before)
        order.append(by_urn[urn])

    for urn in by_urn:
        visit(urn)
    return order


def attempt(what, act, resource):
    try:
        act(resource)
    except ClientError as error:
        label = f"{resource['type'].split(':')[-1]} {resource['name']}"
        print(f"{what} {label}: {error.response['Error']['Code']}")


by_urn = {resource["urn"]: resource for resource in json.load(sys.stdin)}
present = []
with mock_aws():
    order = ordered()
    for each in order:
        attempt("up", make, each)
        present.append(each)
    for each in reversed(order):
        attempt("destroy", delete, each)
        present.remove(each)
    for volume in client("ec2").describe_volumes()["Volumes"]:
        print(f"destroy leaves the volume {volume['VolumeId'][:4]}")
    for each in order:
        attempt("up again", make, each)
