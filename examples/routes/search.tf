resource "aws_sqs_queue" "index" {
  name                    = "search-index"
  sqs_managed_sse_enabled = true
  tags                    = { Project = "SearchAPI", Owner = "search-backend@example.com" }
}

resource "aws_sqs_queue_policy" "index" {
  queue_url = aws_sqs_queue.index.url
  policy = jsonencode({
    Version = "2012-10-17"
    Statement = [{
      Effect    = "Allow"
      Principal = "*"
      Action    = "sqs:SendMessage"
      Resource  = aws_sqs_queue.index.arn
    }]
  })
}

resource "aws_db_instance" "ranking" {
  identifier              = "ranking"
  engine                  = "postgres"
  instance_class          = "db.t4g.medium"
  allocated_storage       = 50
  publicly_accessible     = true
  storage_encrypted       = true
  backup_retention_period = 14
  tags                    = { Project = "SearchAPI", Owner = "search-backend@example.com" }
}

resource "aws_ebs_volume" "reports" {
  availability_zone = "eu-central-1a"
  size              = 20
  tags              = { Project = "Billing", Owner = "billing@example.com" }
}
