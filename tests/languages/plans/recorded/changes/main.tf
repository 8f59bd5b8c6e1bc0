moved {
  from = aws_s3_bucket.old_name
  to   = aws_s3_bucket.kept
}

resource "aws_s3_bucket" "kept" {
  bucket = "kept"
  acl    = "public-read"
}

resource "aws_ebs_volume" "disk" {
  availability_zone = "eu-west-1b"
  size              = 10
  encrypted         = false
}

resource "aws_sns_topic" "news" {
  count = 1
  name  = "news-${count.index}"
}

resource "aws_db_instance" "main" {
  instance_class      = "db.t3.micro"
  password            = "hunter2hunter2"
  storage_encrypted   = true
  publicly_accessible = false
}
