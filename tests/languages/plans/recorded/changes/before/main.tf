resource "aws_s3_bucket" "old_name" {
  bucket = "kept"
  acl    = "public-read"
}

resource "aws_s3_bucket" "gone" {
  bucket = "gone"
  acl    = "public-read"
}

resource "aws_ebs_volume" "disk" {
  availability_zone = "eu-west-1a"
  size              = 10
  encrypted         = true
}

resource "aws_sns_topic" "news" {
  count = 2
  name  = "news-${count.index}"
}

resource "aws_db_instance" "main" {
  instance_class      = "db.t3.micro"
  password            = "hunter2hunter2"
  storage_encrypted   = true
  publicly_accessible = true
}
