-- The tables notary-server 0.7 expects. MariaDB runs this at every start (--init-file).
-- Names and roles are compared byte by byte: app and App are two repositories.

CREATE DATABASE IF NOT EXISTS notary CHARACTER SET utf8mb4 COLLATE utf8mb4_bin;

-- Every version of every document, as it was published or signed.
CREATE TABLE IF NOT EXISTS notary.tuf_files (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  created_at DATETIME NULL,
  updated_at DATETIME NULL,
  deleted_at DATETIME NULL,
  gun VARCHAR(255) NOT NULL,
  role VARCHAR(255) NOT NULL,
  version INT NOT NULL,
  sha256 CHAR(64) NULL,
  data LONGBLOB NOT NULL,
  UNIQUE INDEX one_of_each_version (gun, role, version),
  INDEX by_content (sha256)
) ENGINE=InnoDB;

-- What changed when, for clients that follow along.
CREATE TABLE IF NOT EXISTS notary.changefeed (
  id INT NOT NULL AUTO_INCREMENT PRIMARY KEY,
  created_at DATETIME NOT NULL DEFAULT CURRENT_TIMESTAMP,
  gun VARCHAR(255) NOT NULL,
  version INT NOT NULL,
  sha256 CHAR(64) NULL,
  category VARCHAR(20) NOT NULL DEFAULT 'update',
  INDEX by_gun (gun)
) ENGINE=InnoDB;
