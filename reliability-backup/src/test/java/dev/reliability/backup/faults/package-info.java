/** Backups whose process dies, whose programs and stores fail or lie, and whose disk is full. */
package dev.reliability.backup.faults;
