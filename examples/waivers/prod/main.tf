resource "aws_db_instance" "orders" {
  engine              = "postgres"
  publicly_accessible = true
  storage_encrypted   = false
}

# gatepost: waive aws/s3/bucket-versioning until=2027-03-31 by=@acme/web ticket=WEB-12 why="Built again from git."
resource "aws_s3_bucket" "site" {
  bucket = "acme-site"
  acl    = "public-read"
}
