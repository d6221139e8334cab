# Where it runs.
variable "region" {
  type    = string
  default = "eu"
}

resource "aws_instance" "web" {
  ami = var.region
}

locals {
  size = 2
}

module "network" {
  source = "./network"
}

output "ip" {
  value = aws_instance.web.ip
}
