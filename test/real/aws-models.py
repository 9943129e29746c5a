"""Judges planned AWS resources by the service models that botocore publishes: types, enums, patterns, lengths, sizes.

Reads a JSON list of {type, name, inputs} from standard input and prints what a model refuses, one line each, and last
how many values were compared. A field that no model has is either the provider's own or named here.
"""

import json
import re
import sys

from botocore.loaders import Loader
from botocore.model import ServiceModel

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"

# Type of the resource: the operations that make it, each with the place of their input's fields and fields that are
# called otherwise.
OPERATIONS = {
    "aws:budgets/budget:Budget": [
        ("budgets", "Budget", "", {"name": "BudgetName", "metrics": None, "limitAmount": None, "limitUnit": None}),
        ("budgets", "Notification", "notifications.*", {}),
        ("budgets", "Subscribers", "notifications.*.subscriberEmailAddresses", {}),
    ],
    "aws:cloudwatch/eventRule:EventRule": [("events", "PutRuleRequest", "", {})],
    "aws:cloudwatch/eventTarget:EventTarget": [("events", "Target", "", {})],
    "aws:cloudwatch/logGroup:LogGroup": [
        ("logs", "CreateLogGroupRequest", "", {"name": "logGroupName"}),
        ("logs", "PutRetentionPolicyRequest", "", {"name": "logGroupName"}),
    ],
    "aws:cloudwatch/metricAlarm:MetricAlarm": [("cloudwatch", "PutMetricAlarmInput", "", {"name": "AlarmName"})],
    "aws:ec2/eip:Eip": [("ec2", "AllocateAddressRequest", "", {})],
    "aws:ec2/flowLog:FlowLog": [("ec2", "CreateFlowLogsRequest", "", {})],
    "aws:ec2/launchTemplate:LaunchTemplate": [("ec2", "RequestLaunchTemplateData", "", {})],
    "aws:ec2/natGateway:NatGateway": [("ec2", "CreateNatGatewayRequest", "", {})],
    "aws:ec2/securityGroup:SecurityGroup": [
        ("ec2", "CreateSecurityGroupRequest", "", {}),
        ("ec2", "IpPermission", "ingress.*", {"protocol": "IpProtocol"}),
        ("ec2", "IpPermission", "egress.*", {"protocol": "IpProtocol"}),
    ],
    "aws:ec2/subnet:Subnet": [("ec2", "CreateSubnetRequest", "", {})],
    "aws:ec2/vpc:Vpc": [("ec2", "CreateVpcRequest", "", {})],
    "aws:ec2/vpcEndpoint:VpcEndpoint": [("ec2", "CreateVpcEndpointRequest", "", {})],
    "aws:eks/addon:Addon": [("eks", "CreateAddonRequest", "", {"resolveConflictsOnCreate": "resolveConflicts"})],
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": [("eks", "CreatePodIdentityAssociationRequest", "", {})],
    "aws:elasticache/parameterGroup:ParameterGroup": [
        (
            "elasticache",
            "CreateCacheParameterGroupMessage",
            "",
            {"family": "CacheParameterGroupFamily", "parameters": None},
        ),
        (
            "elasticache",
            "ParameterNameValue",
            "parameters.*",
            {"name": "ParameterName", "value": "ParameterValue"},
        ),
    ],
    "aws:elasticache/replicationGroup:ReplicationGroup": [
        (
            "elasticache",
            "CreateReplicationGroupMessage",
            "",
            {
                "description": "ReplicationGroupDescription",
                "nodeType": "CacheNodeType",
                "subnetGroupName": "CacheSubnetGroupName",
                "parameterGroupName": "CacheParameterGroupName",
                "multiAzEnabled": "MultiAZEnabled",
                "maintenanceWindow": "PreferredMaintenanceWindow",
                "authTokenWo": "AuthToken",
                # The provider's own: what makes it write the token again, and when.
                "authTokenWoVersion": None,
                "applyImmediately": None,
            },
        )
    ],
    "aws:elasticache/subnetGroup:SubnetGroup": [
        ("elasticache", "CreateCacheSubnetGroupMessage", "", {"description": "CacheSubnetGroupDescription"})
    ],
    "eks:index:Cluster": [
        ("eks", "CreateClusterRequest", "", {"encryptionConfigKeyArn": None}),
        ("eks", "VpcConfigRequest", "", {}),
        ("eks", "KubernetesNetworkConfigRequest", "", {"kubernetesServiceIpAddressRange": "serviceIpv4Cidr"}),
        ("eks", "CreateAccessEntryRequest", "accessEntries.*", {}),
        ("eks", "AssociateAccessPolicyRequest", "accessEntries.*.accessPolicies.*", {}),
        ("eks", "LogTypes", "enabledClusterLogTypes", {}),
    ],
    "eks:index:ManagedNodeGroup": [
        ("eks", "CreateNodegroupRequest", "", {"nodeRoleArn": "nodeRole", "subnetIds": "subnets", "launchTemplate": None}),
    ],
    "aws:iam/instanceProfile:InstanceProfile": [
        ("iam", "CreateInstanceProfileRequest", "", {"name": "InstanceProfileName"})
    ],
    "aws:iam/role:Role": [
        ("iam", "CreateRoleRequest", "", {"name": "RoleName", "assumeRolePolicy": "AssumeRolePolicyDocument"})
    ],
    "aws:iam/rolePolicy:RolePolicy": [("iam", "PutRolePolicyRequest", "", {"policy": "PolicyDocument"})],
    "aws:iam/rolePolicyAttachment:RolePolicyAttachment": [
        ("iam", "AttachRolePolicyRequest", "", {"role": "RoleName"})
    ],
    "aws:kms/alias:Alias": [("kms", "CreateAliasRequest", "", {"name": "AliasName"})],
    "aws:kms/key:Key": [
        ("kms", "CreateKeyRequest", "", {}),
        ("kms", "ScheduleKeyDeletionRequest", "", {"deletionWindowInDays": "PendingWindowInDays"}),
    ],
    "aws:lb/listener:Listener": [("elbv2", "CreateListenerInput", "", {"fixedResponse": "FixedResponseConfig"})],
    "aws:lb/listenerRule:ListenerRule": [
        ("elbv2", "CreateRuleInput", "", {"conditions": None, "forward": "ForwardConfig"}),
        ("elbv2", "HostHeaderConditionConfig", "conditions.*.hostHeader", {}),
        ("elbv2", "PathPatternConditionConfig", "conditions.*.pathPattern", {}),
        ("elbv2", "HttpHeaderConditionConfig", "conditions.*.httpHeader", {}),
    ],
    "aws:lb/loadBalancer:LoadBalancer": [("elbv2", "CreateLoadBalancerInput", "", {"loadBalancerType": "Type"})],
    "aws:lb/targetGroup:TargetGroup": [
        ("elbv2", "CreateTargetGroupInput", "", {"healthCheck": None}),
        (
            "elbv2",
            "CreateTargetGroupInput",
            "healthCheck",
            {
                "path": "HealthCheckPath",
                "port": "HealthCheckPort",
                "protocol": "HealthCheckProtocol",
                "interval": "HealthCheckIntervalSeconds",
                "timeout": "HealthCheckTimeoutSeconds",
                "healthyThreshold": "HealthyThresholdCount",
                "unhealthyThreshold": "UnhealthyThresholdCount",
                "matcher": None,
            },
        ),
    ],
    "aws:route53/record:Record": [("route53", "ResourceRecordSet", "", {})],
    "aws:route53/zone:Zone": [("route53", "CreateHostedZoneRequest", "", {})],
    "aws:s3/bucket:Bucket": [("s3", "CreateBucketRequest", "", {})],
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": [
        ("s3", "LifecycleRule", "rules.*", {"id": "ID"})
    ],
    "aws:s3/bucketVersioning:BucketVersioning": [
        ("s3", "VersioningConfiguration", "versioningConfiguration", {"mfaDelete": "MFADelete"})
    ],
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
        (
            "s3",
            "ServerSideEncryptionRule",
            "rules.*",
            {"sseAlgorithm": "SSEAlgorithm", "kmsMasterKeyId": "KMSMasterKeyID"},
        )
    ],
    "aws:secretsmanager/secret:Secret": [
        ("secretsmanager", "CreateSecretRequest", "", {}),
        ("secretsmanager", "DeleteSecretRequest", "", {}),
    ],
    "aws:sns/topic:Topic": [("sns", "CreateTopicInput", "", {})],
    "aws:sns/topicSubscription:TopicSubscription": [("sns", "SubscribeInput", "", {})],
    "aws:sqs/queue:Queue": [("sqs", "CreateQueueRequest", "", {"name": "QueueName"})],
}

# What AWS says in words beside a model, where that has no pattern or limit of its own: shape, test, what it says.
WORDS = {
    # [Budgets, CreateBudget: a notification has at most 11 subscribers, 10 of them e-mail addresses]
    ("budgets", "Subscribers"): lambda value: len(value) <= 10 or "has more than 10 e-mail addresses",
    # [EKS, service quotas: 40 ranges; VpcConfigRequest.publicAccessCidrs]
    ("eks", "VpcConfigRequest"): lambda value: len(value.get("publicAccessCidrs") or []) <= 40
    or "publicAccessCidrs: has more than 40 ranges",
    # [KMS, ScheduleKeyDeletion, PendingWindowInDays; Secrets Manager, DeleteSecret, RecoveryWindowInDays]
    ("secretsmanager", "DeleteSecretRequest"): lambda value: value.get("recoveryWindowInDays") in (None, 0)
    or 7 <= value["recoveryWindowInDays"] <= 30
    or "recoveryWindowInDays: is neither 0 nor 7 to 30",
}

loader = Loader()
models = {}


def shape(service, name):
    if service not in models:
        models[service] = ServiceModel(loader.load_service_model(service, "service-2"), service)
    return models[service].shape_for(name)


def places(value, path):
    """The values at a path, in which `*` is every element."""
    if path == "":
        return [("", value)]
    key, _, rest = path.partition(".")
    if key == "*":
        pairs = value.items() if isinstance(value, dict) else enumerate(value or [])
        inner = [(str(at), each) for at, each in pairs]
    else:
        inner = [(key, value.get(key))] if isinstance(value, dict) and value.get(key) is not None else []
    return [(f"{at}.{below}".strip("."), found) for at, each in inner for below, found in places(each, rest)]


def plain(name):
    """A member's name without its case and plural, which the provider writes its own way."""
    return re.sub(r"(ies|es|s|y)$", "", name.lower())


class Judge:
    def __init__(self):
        self.compared = 0
        self.problems = []

    def resource(self, resource):
        for service, name, path, renamed in OPERATIONS.get(resource["type"], []):
            for at, value in places(resource["inputs"], path):
                where = f"{resource['type']} {resource['name']}: {at}".rstrip(": ")
                word = WORDS.get((service, name))
                said = word(value) if word else True
                if said is not True:
                    self.problems.append(f"{where}: {said}")
                self.value(shape(service, name), value, where, renamed)

    def value(self, model, value, where, renamed):
        if value is None or value == UNKNOWN:
            return
        kind = model.type_name
        if kind == "structure" and isinstance(value, dict):
            self.structure(model, value, where, renamed)
        elif kind == "list" and isinstance(value, list):
            self.limits(model, len(value), where, "elements")
            for index, each in enumerate(value):
                self.value(model.member, each, f"{where}.{index}", renamed)
        elif kind == "list" and isinstance(value, dict):
            # A block that the service takes several of, and the provider one.
            self.value(model.member, value, where, renamed)
        elif kind == "string" and isinstance(value, str):
            self.text(model, value, where)
        elif kind in ("integer", "long", "float", "double"):
            self.compared += 1
            if isinstance(value, bool) or not re.fullmatch(r"-?\d+(\.\d+)?", str(value)):
                self.problems.append(f"{where}: {value!r} isn't a number")
            else:
                self.limits(model, float(value), where, "")
        elif kind == "boolean":
            self.compared += 1
            if str(value).lower() not in ("true", "false"):
                self.problems.append(f"{where}: {value!r} isn't true or false")

    def structure(self, model, value, where, renamed):
        members = {plain(name): name for name in model.members}
        for key, inner in value.items():
            name = renamed.get(key, members.get(plain(key)))
            if name is not None:
                self.value(model.members[name], inner, f"{where}.{key}", renamed)

    def text(self, model, value, where):
        self.compared += 1
        self.limits(model, len(value), where, "characters")
        if model.enum and value not in model.enum:
            self.problems.append(f"{where}: {value!r} is none of {', '.join(model.enum[:12])}")
        pattern = model._shape_model.get("pattern")
        if pattern and not matches(pattern, value):
            self.problems.append(f"{where}: {value!r} doesn't match {pattern}")

    def limits(self, model, size, where, unit):
        low, high = model.metadata.get("min"), model.metadata.get("max")
        if low is not None and size < low or high is not None and size > high:
            self.problems.append(f"{where}: {size:g} {unit} are not {low} to {high}".replace("  ", " "))


def matches(pattern, value):
    """Patterns are Java's, whose classes of Unicode Python writes otherwise."""
    python = pattern.replace(r"\p{L}\p{Z}\p{N}", r"\w\s").replace(r"\p{L}", r"\w").replace(r"\p{N}", r"\d")
    python = python.replace(r"\p{Z}", r"\s").replace(r"\p{Graph}", r"!-~").replace(r"\p{ASCII}", r"\x00-\x7f")
    # Python takes such a flag at the beginning only; case makes no difference to what it forbids here.
    python = python.replace("(?i)", "")
    try:
        return re.fullmatch(python, value, re.DOTALL) is not None
    except re.error as error:
        raise SystemExit(f"a pattern that can't be read: {pattern}: {error}")


judge = Judge()
resources = json.load(sys.stdin)
for each in resources:
    judge.resource(each)
print("\n".join(judge.problems + [f"compared {judge.compared}"]))
