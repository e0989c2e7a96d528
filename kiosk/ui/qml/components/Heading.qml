import QtQuick
import "../theme"

// Where the client stands, in the largest words of the page.
Words {
    letters: Theme.headingLetters
    font.bold: true
    spacing: 1.14
    Accessible.role: Accessible.Heading
}
