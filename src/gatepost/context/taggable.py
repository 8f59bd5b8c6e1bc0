"""Types of resources that take tags or labels, so that one without can be told; never what their tags are.

Of those that rules speak of; from the schemas of the providers and of CloudFormation.
"""

from __future__ import annotations

TAGGABLE = frozenset(
    """
    aws_acm_certificate aws_alb aws_alb_listener aws_alb_listener_rule aws_api_gateway_domain_name
    aws_api_gateway_rest_api aws_api_gateway_stage aws_apigatewayv2_stage aws_backup_plan
    aws_cloudfront_distribution aws_cloudtrail aws_cloudwatch_log_delivery_source aws_cloudwatch_log_group
    aws_cloudwatch_metric_alarm aws_codebuild_project aws_cognito_user_pool aws_db_cluster_snapshot
    aws_db_instance aws_db_snapshot aws_db_snapshot_copy aws_default_network_acl aws_default_security_group
    aws_docdb_cluster aws_dynamodb_table aws_ebs_volume aws_ecr_repository aws_ecs_cluster aws_ecs_service
    aws_ecs_task_definition aws_efs_file_system aws_eks_cluster aws_eks_node_group
    aws_elasticache_replication_group aws_elasticsearch_domain aws_elb aws_flow_log aws_iam_policy
    aws_iam_role aws_iam_server_certificate aws_iam_user aws_instance aws_internet_gateway aws_kinesis_stream
    aws_kms_key aws_lambda_function aws_launch_template aws_lb aws_lb_listener aws_lb_listener_rule
    aws_neptune_cluster aws_network_acl aws_opensearch_domain aws_rds_cluster aws_rds_cluster_instance
    aws_redshift_cluster aws_route_table aws_s3_bucket aws_sagemaker_notebook_instance
    aws_secretsmanager_secret aws_security_group aws_sns_topic aws_sqs_queue aws_subnet aws_transfer_server
    aws_vpc aws_vpc_security_group_egress_rule aws_vpc_security_group_ingress_rule azurerm_app_service
    azurerm_app_service_slot azurerm_container_registry azurerm_function_app azurerm_key_vault
    azurerm_key_vault_key azurerm_key_vault_secret azurerm_kubernetes_cluster azurerm_linux_function_app
    azurerm_linux_function_app_slot azurerm_linux_virtual_machine azurerm_linux_virtual_machine_scale_set
    azurerm_linux_web_app azurerm_linux_web_app_slot azurerm_mssql_server azurerm_mysql_flexible_server
    azurerm_network_interface azurerm_network_security_group azurerm_network_watcher_flow_log
    azurerm_postgresql_flexible_server azurerm_postgresql_server azurerm_storage_account
    azurerm_virtual_machine azurerm_virtual_machine_scale_set azurerm_windows_function_app
    azurerm_windows_function_app_slot azurerm_windows_virtual_machine
    azurerm_windows_virtual_machine_scale_set azurerm_windows_web_app azurerm_windows_web_app_slot
    google_bigquery_dataset google_compute_instance google_compute_instance_template
    google_compute_region_instance_template google_kms_crypto_key google_storage_bucket
    AWS::ApiGateway::DomainName AWS::ApiGateway::RestApi AWS::ApiGateway::Stage AWS::ApiGatewayV2::Stage
    AWS::CloudFront::Distribution AWS::CloudTrail::Trail AWS::CloudWatch::Alarm AWS::CodeBuild::Project
    AWS::DocDB::DBCluster AWS::DynamoDB::Table AWS::EC2::FlowLog AWS::EC2::Instance AWS::EC2::InternetGateway
    AWS::EC2::RouteTable AWS::EC2::SecurityGroup AWS::EC2::Subnet AWS::EC2::VPC AWS::EC2::Volume
    AWS::ECR::Repository AWS::ECS::Cluster AWS::ECS::Service AWS::ECS::TaskDefinition AWS::EKS::Cluster
    AWS::EKS::Nodegroup AWS::ElastiCache::ReplicationGroup AWS::ElasticLoadBalancing::LoadBalancer
    AWS::ElasticLoadBalancingV2::Listener AWS::ElasticLoadBalancingV2::ListenerRule
    AWS::ElasticLoadBalancingV2::LoadBalancer AWS::Elasticsearch::Domain AWS::IAM::Role
    AWS::IAM::ServerCertificate AWS::IAM::User AWS::KMS::Key AWS::Kinesis::Stream AWS::Lambda::Function
    AWS::Logs::DeliverySource AWS::Logs::LogGroup AWS::Neptune::DBCluster AWS::OpenSearchService::Domain
    AWS::RDS::DBCluster AWS::RDS::DBInstance AWS::Redshift::Cluster AWS::S3::Bucket AWS::SNS::Topic
    AWS::SQS::Queue AWS::SageMaker::NotebookInstance AWS::SecretsManager::Secret AWS::Serverless::Function
    AWS::Transfer::Server
    """.split()  # noqa: SIM905  a list of words
)
