"""Makes in moto what a destroyed environment may leave behind, and prints which ARNs have to be named and which end by
themselves. Arguments: moto's address, the environment's name in AWS."""

import json
import sys

import boto3

endpoint, cluster = sys.argv[1:]
environment = cluster.removeprefix("gantry-")
region = "us-east-1"
own = {"Project": "gantry", "Environment": environment, "ManagedBy": "pulumi"}


def client(service):
    return boto3.client(
        service, endpoint_url=endpoint, region_name=region, aws_access_key_id="test", aws_secret_access_key="test"
    )


def pairs(tags):
    return [{"Key": key, "Value": value} for key, value in tags.items()]


def tagged(kind, tags):
    return {"TagSpecifications": [{"ResourceType": kind, "Tags": pairs(tags)}]}


ec2, elb, logs, secrets = client("ec2"), client("elbv2"), client("logs"), client("secretsmanager")
kms, iam, sns = client("kms"), client("iam"), client("sns")
account = client("sts").get_caller_identity()["Account"]


def ec2_arn(kind, name):
    return f"arn:aws:ec2:{region}:{account}:{kind}/{name}"


# Another team's VPC, which an environment may stand in, and things of another environment: never named.
vpc = ec2.create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
subnets = [
    ec2.create_subnet(VpcId=vpc, CidrBlock=f"10.9.{index}.0/24", AvailabilityZone=f"{region}{zone}")["Subnet"]["SubnetId"]
    for index, zone in enumerate("ab")
]
ec2.create_tags(Resources=subnets, Tags=pairs({f"kubernetes.io/cluster/{cluster}": "shared"}))
ec2.create_volume(AvailabilityZone=f"{region}a", Size=1, **tagged("volume", {**own, "Environment": "other"}))
logs.create_log_group(logGroupName=f"/aws/eks/{cluster}2/cluster")

left, ending = [], []

# Controllers'.
balancer = elb.create_load_balancer(
    Name="k8s-default-web", Subnets=subnets, Type="application", Tags=pairs({"elbv2.k8s.aws/cluster": cluster})
)["LoadBalancers"][0]
left.append(balancer["LoadBalancerArn"])
target = elb.create_target_group(
    Name="k8s-default-web", Protocol="HTTP", Port=80, VpcId=vpc, Tags=pairs({"elbv2.k8s.aws/cluster": cluster})
)["TargetGroups"][0]
left.append(target["TargetGroupArn"])
interface = ec2.create_network_interface(
    SubnetId=subnets[0], **tagged("network-interface", {"cluster.k8s.amazonaws.com/name": cluster})
)["NetworkInterface"]["NetworkInterfaceId"]
left.append(ec2_arn("network-interface", interface))
group = ec2.create_security_group(
    GroupName="k8s-traffic", Description="of a controller", VpcId=vpc,
    **tagged("security-group", {f"kubernetes.io/cluster/{cluster}": "owned"}),
)["GroupId"]
left.append(ec2_arn("security-group", group))
node, over = [
    ec2.run_instances(
        ImageId="ami-12c6146b", MinCount=1, MaxCount=1, InstanceType="g5.xlarge", SubnetId=subnets[0],
        **tagged("instance", {**own, "eks:eks-cluster-name": cluster}),
    )["Instances"][0]["InstanceId"]
    for _ in range(2)
]
left.append(ec2_arn("instance", node))
ec2.terminate_instances(InstanceIds=[over])
ending.append(ec2_arn("instance", over))

# Disks of pods, under the environment's tags and under those of a driver that has none of them.
for tags in (own, {"KubernetesCluster": cluster}):
    volume = ec2.create_volume(AvailabilityZone=f"{region}a", Size=50, **tagged("volume", tags))["VolumeId"]
    left.append(ec2_arn("volume", volume))
    snapshot = ec2.create_snapshot(VolumeId=volume, **tagged("snapshot", tags))["SnapshotId"]
    left.append(ec2_arn("snapshot", snapshot))

gateways = [
    ec2.create_nat_gateway(SubnetId=subnets[0], ConnectivityType="private", **tagged("natgateway", own))["NatGateway"][
        "NatGatewayId"
    ]
    for _ in range(2)
]
left.append(ec2_arn("natgateway", gateways[0]))
ec2.delete_nat_gateway(NatGatewayId=gateways[1])
ending.append(ec2_arn("natgateway", gateways[1]))

# EKS makes its group again, without tags, when it writes after the group was deleted.
for name, tags in ((f"/aws/eks/{cluster}/cluster", None), (f"aws-waf-logs-{cluster}", own)):
    logs.create_log_group(logGroupName=name, **({"tags": tags} if tags else {}))
    left.append(f"arn:aws:logs:{region}:{account}:log-group:{name}")

kept, scheduled = [
    secrets.create_secret(Name=f"gantry/{environment}/{name}", SecretString="x", Tags=pairs(own))["ARN"]
    for name in ("kept", "scheduled")
]
left.append(kept)
secrets.delete_secret(SecretId=scheduled, RecoveryWindowInDays=7)
ending.append(scheduled)

keys = [kms.create_key(Tags=[{"TagKey": k, "TagValue": v} for k, v in own.items()])["KeyMetadata"] for _ in range(2)]
left.append(keys[0]["Arn"])
kms.schedule_key_deletion(KeyId=keys[1]["KeyId"], PendingWindowInDays=7)
ending.append(keys[1]["Arn"])
left.append(sns.create_topic(Name=f"{cluster}-alerts", Tags=pairs(own))["TopicArn"])
trust = json.dumps({"Version": "2012-10-17", "Statement": []})
left.append(
    iam.create_role(RoleName=f"{cluster}-gateway", AssumeRolePolicyDocument=trust, Tags=pairs(own))["Role"]["Arn"]
)

print(json.dumps({"left": left, "ending": ending}))
